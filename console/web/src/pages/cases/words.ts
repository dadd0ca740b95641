// Kinds, states and values of requests in words, the same in the queue and on a request's page.
import { type Item, type Tone } from '@/parts';

export type Row = Item<'/cases'>;
export const kinds = ['phone_add', 'phone_replace', 'phone_remove', 'link_number', 'address', 'name', 'birth_date', 'birth', 'death', 'marriage', 'departure', 'language', 'data_copy', 'data_object', 'data_delete'] as const;
export const evidences = ['document', 'in_person', 'called_back', 'household', 'partner'] as const;
export const reasons = ['evidence_missing', 'duplicate', 'not_confirmed', 'changed_since', 'at_desk'] as const;
export const questions = ['still_wanted', 'was_it_you', 'has_paper', 'can_come'] as const;

type Standing = Pick<Row, 'state' | 'given' | 'needs'>;
export function standing({ state, given, needs }: Standing): { key: string; tone: Tone } {
  if (state === 'conflict') return { key: 'cases.state.conflict', tone: 'bad' };
  if (state === 'applied') return { key: 'cases.state.applied', tone: 'good' };
  if (state === 'rejected') return { key: 'cases.state.rejected', tone: 'bad' };
  if (state === 'cancelled') return { key: 'cases.state.cancelled', tone: 'quiet' };
  return given > 0 && given < needs ? { key: 'cases.state.second', tone: 'busy' } : { key: 'cases.state.first', tone: 'waiting' };
}
