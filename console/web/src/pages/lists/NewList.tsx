// A new draft: for which cycle of which programme, and where.
import { Button, Checkbox, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { Page, Problem, Sheet, useChange, useGet, useNavigate, useText } from '@/parts';
import { useListWords } from './words';

const types = ['regular', 'top_up', 'follow_up'] as const;

export default function NewList() {
  const { t } = useText();
  const { named } = useListWords();
  const go = useNavigate();
  const choices = useGet('/lists/choices');
  const make = useChange('post', '/lists', 'lists');
  const [form, setForm] = useState({ operation: '', cycle: '', type: 'regular' as (typeof types)[number], currency: '', office: '', notifies: false });
  const put = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const all = choices.data;
  const operation = form.operation || (all?.operations[0]?.code ?? '');
  const cycle = form.cycle || String(all?.cycles[0]?.id ?? '');
  const kind = all?.cycles.find((each) => String(each.id) === cycle)?.kind;
  const office = form.office || (all?.office_needed ? String(all.offices[0]?.id ?? '') : '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make
      .mutateAsync({ body: { operation, cycle: Number(cycle), type: form.type, notifies: form.notifies, currency: kind !== 'in_kind' && form.currency ? form.currency.toUpperCase() : null, office: office ? Number(office) : null } })
      .then((list) => go(`/lists/${list.id}`))
      .catch(() => null);
  };
  return (
    <Page title={t('lists.new')} note={t('lists.new_note')} back={{ to: '/lists', label: t('lists.title') }}>
      <Sheet label={t('lists.new')}>
        {choices.error && <Problem error={choices.error} onRetry={() => void choices.refetch()} />}
        <form onSubmit={submit}>
          <Stack maw={480}>
            <NativeSelect label={t('lists.operation')} required value={operation} onChange={(event) => put({ operation: event.currentTarget.value })}
              data={(all?.operations ?? []).map((each) => ({ value: each.code, label: named(each.name) }))} />
            <NativeSelect label={t('lists.cycle')} required value={cycle} onChange={(event) => put({ cycle: event.currentTarget.value })}
              data={(all?.cycles ?? []).map((each) => ({ value: String(each.id), label: t('lists.cycle_name', { programme: named(each.programme_name), cycle: each.title }) }))} />
            <NativeSelect label={t('lists.type')} required value={form.type} onChange={(event) => put({ type: event.currentTarget.value as (typeof types)[number] })}
              data={types.map((each) => ({ value: each, label: t(`lists.type.${each}`) }))} />
            {kind !== 'in_kind' && (
              <TextInput label={t('lists.currency')} description={t('lists.currency_note')} value={form.currency} maxLength={3} onChange={(event) => put({ currency: event.currentTarget.value })} dir="ltr" />
            )}
            <NativeSelect label={t('lists.office')} required={all?.office_needed} value={office} onChange={(event) => put({ office: event.currentTarget.value })}
              data={[...(all?.office_needed ? [] : [{ value: '', label: t('lists.whole_operation') }]), ...(all?.offices ?? []).map((each) => ({ value: String(each.id), label: named(each.name) }))]} />
            <Checkbox label={t('lists.notifies')} description={t('lists.notifies_note')} checked={form.notifies} onChange={(event) => put({ notifies: event.currentTarget.checked })} />
            {make.error && <Problem error={make.error} />}
            <div>
              <Button type="submit" loading={make.isPending} disabled={!operation || !cycle}>{t('lists.make')}</Button>
            </div>
          </Stack>
        </form>
      </Sheet>
    </Page>
  );
}
