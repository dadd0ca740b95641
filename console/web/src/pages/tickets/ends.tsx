// How a ticket is closed, how it goes to others, and how it is closed off.
import { Checkbox, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Confirm, useGet, useText, useToast } from '@/parts';
import type { DialogProps } from './Ticket';
import { useTicketWords } from './words';

export function CloseForm({ opened, onClose, ticket, meanwhile, turn }: DialogProps) {
  const { t } = useText();
  const { about } = useTicketWords();
  const [as, setAs] = useState<string | null>('answered');
  const [of, setOf] = useState<string | null>(null);
  const [tell, setTell] = useState(true);
  const canTell = ticket.may.sms === true && as !== 'duplicate';
  const others = ticket.similar.map((each) => ({ value: String(each.id), label: `${each.reference} ${about(each)}` }));
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('tickets.close_title')} action={t('tickets.close')} disabled={as === 'duplicate' && !of}
      onConfirm={() => turn('closing', { as, of: as === 'duplicate' ? Number(of) : null, tell: canTell && tell })}>
      <Stack>
        <Select label={t('tickets.closed_as')} allowDeselect={false} value={as} onChange={setAs}
          data={['answered', 'referred', 'not_ours', 'not_reached', ...(others.length > 0 ? ['duplicate'] : [])].map((each) => ({ value: each, label: t(`tickets.as.${each}`) }))} />
        {as === 'duplicate' && <Select label={t('tickets.duplicate_of')} value={of} onChange={setOf} data={others} />}
        {as === 'answered' && !ticket.answered && <Text size="sm" c="orange">{t('tickets.not_answered_yet')}</Text>}
        {canTell && <Checkbox label={t('tickets.tell_closed')} checked={tell} onChange={(event) => setTell(event.currentTarget.checked)} />}
      </Stack>
    </Confirm>
  );
}

export function MoveForm({ opened, onClose, ticket, meanwhile, turn }: DialogProps) {
  const { t } = useText();
  const { tell } = useToast();
  const { named } = useTicketWords();
  const [where, setWhere] = useState<string | null>(null);
  const choices = useGet('/tickets/choices', undefined, { enabled: opened, staleTime: 600_000 });
  const others = (choices.data?.everywhere ?? []).filter((each) => each.code !== ticket.operation);
  const chosen = others.find((each) => each.code === where);
  const away = chosen && !choices.data?.operations.some((each) => each.code === chosen.code);
  // Of one that she sees no more the page says only that it is not there.
  const move = () => turn('move', { operation: chosen?.code }).then(() => tell(t('tickets.moved', { operation: named(chosen?.name) })));
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('tickets.move_title')} action={t('tickets.move_do')} disabled={!chosen} onConfirm={move}>
      <Stack>
        <Text size="sm">{t('tickets.move_text')}</Text>
        <Select label={t('tickets.operation')} value={chosen?.code ?? null} onChange={setWhere} data={others.map((each) => ({ value: each.code, label: named(each.name) }))} />
        {away && <Text size="sm" c="orange">{t('tickets.move_away')}</Text>}
      </Stack>
    </Confirm>
  );
}

export function MarkForm({ opened, onClose, ticket, meanwhile, turn, guards }: DialogProps & { guards: boolean }) {
  const { t } = useText();
  const { named } = useTicketWords();
  const [sensitive, setSensitive] = useState(true);
  const [office, setOffice] = useState<string | null>(ticket.about_office ? String(ticket.about_office.id) : null);
  const [colleague, setColleague] = useState<string | null>(ticket.about_colleague ? String(ticket.about_colleague.id) : null);
  const choices = useGet('/tickets/choices', undefined, { enabled: opened, staleTime: 600_000 });
  const people = useGet('/tickets/{id}/colleagues', { params: { path: { id: ticket.id } } }, { enabled: opened && guards });
  const known = ticket.about_colleague ? [{ value: String(ticket.about_colleague.id), label: ticket.about_colleague.name }] : [];
  return (
    <Confirm opened={opened} meanwhile={meanwhile} onClose={onClose} title={t('tickets.mark_title')} action={t('tickets.keep')} onConfirm={() => turn('marking', { sensitive, about_office: office ? Number(office) : null, about_colleague: colleague ? Number(colleague) : null })}>
      <Stack>
        <Text size="sm">{t(guards ? 'tickets.mark_text' : 'tickets.mark_text_others')}</Text>
        {guards && (
          <>
            <Checkbox label={t('tickets.is_sensitive')} checked={sensitive || ticket.anonymous} disabled={ticket.anonymous} onChange={(event) => setSensitive(event.currentTarget.checked)} />
            <Select clearable searchable label={t('tickets.about_office')} value={office} onChange={setOffice} data={(choices.data?.offices ?? []).map((each) => ({ value: String(each.id), label: named(each.name) }))} />
            <Select clearable searchable label={t('tickets.about_colleague')} value={colleague} onChange={setColleague}
              data={[...known, ...(people.data?.items ?? []).filter((each) => each.id !== ticket.about_colleague?.id).map((each) => ({ value: String(each.id), label: each.name }))]} />
          </>
        )}
      </Stack>
    </Confirm>
  );
}
