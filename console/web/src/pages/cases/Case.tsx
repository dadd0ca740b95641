// One request: what is recorded, what it was asked against, what she wants; what speaks for it; what was done; deciding.
import { Alert, Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Due, Empty, Facts, Link, Mark, Masked, Page, Problem, Sheet, When, useGet, useMay, useParams, usePulse, useNames, useText, type Answer } from '@/parts';
import { runsOf } from '../audit/words';
import { Ask, Approve, Compare, Reject, Withdraw } from './Decisions';
import { standing } from './words';

export type Shown = Answer<'/cases/{id}'>;
type Field = Shown['fields'][number];
type Decision = 'approve' | 'reject' | 'ask' | 'withdraw' | 'compare';

export default function Case() {
  const { t } = useText();
  const id = Number(useParams().id);
  usePulse('cases');
  const asked = useGet('/cases/{id}', { params: { path: { id } } });
  const [deciding, setDeciding] = useState<Decision | null>(null);
  const back = { to: '/cases', label: t('cases.title') };
  if (!asked.data) return <Page title={t('cases.one')} back={back}>{asked.error ? <Problem error={asked.error} onRetry={() => void asked.refetch()} /> : <Text role="status">{t('parts.loading')}</Text>}</Page>;
  const one = asked.data;
  const stands = standing(one);
  const common = { one, onClose: () => setDeciding(null) };
  return (
    <Page
      title={`${t(`cases.kind.${one.kind}`)} ${one.reference}`}
      mark={<Mark tone={stands.tone}>{t(stands.key)}</Mark>}
      back={back}
      note={one.decided_at ? <>{t('cases.decided')} <When at={one.decided_at} exact />{one.reason ? ` · ${t(`cases.why.${one.reason}`)}` : ''}</> : <><Due at={one.due_at} /> · {t('cases.working_left', { n: Math.round(Math.abs(one.working_minutes) / 60), late: one.working_minutes < 0 ? 'yes' : 'no' })}</>}
      actions={!one.decided_at && <Actions one={one} onDecide={setDeciding} />}
    >
      <Stack gap="md">
        {one.state === 'conflict' && <Alert color="red" variant="light" role="alert">{t('cases.conflict')}</Alert>}
        {!one.decided_at && one.may.approve && one.may.approve !== 'conflict' && <Alert color="gray" variant="light">{t(`cases.not_now.${one.may.approve}`)}</Alert>}
        <Values one={one} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Whose one={one} />
          <Phones one={one} />
          <Doing one={one} />
          <Corrections one={one} />
        </SimpleGrid>
      </Stack>
      <Approve opened={deciding === 'approve'} {...common} />
      <Reject opened={deciding === 'reject'} {...common} />
      <Ask opened={deciding === 'ask'} {...common} />
      <Withdraw opened={deciding === 'withdraw'} {...common} />
      <Compare opened={deciding === 'compare'} {...common} />
    </Page>
  );
}

function Actions({ one, onDecide }: { one: Shown; onDecide: (what: Decision) => void }) {
  const { t } = useText();
  const last = one.given + 1 >= one.needs;
  return (
    <>
      {one.may.withdraw === null && <Button variant="subtle" onClick={() => onDecide('withdraw')}>{t('cases.withdraw')}</Button>}
      {one.may.ask === null && <Button variant="default" onClick={() => onDecide('ask')}>{t('cases.ask')}</Button>}
      {one.may.reject === null && <Button variant="default" color="red" onClick={() => onDecide('reject')}>{t('cases.reject')}</Button>}
      {one.may.compare === null && <Button onClick={() => onDecide('compare')}>{t('cases.compare')}</Button>}
      {one.may.approve === null && <Button onClick={() => onDecide('approve')}>{t(last ? 'cases.approve_last' : 'cases.approve_first')}</Button>}
    </>
  );
}

export function useValue() {
  const { t, has, date } = useText();
  return (name: string, value: Field['wanted']) => {
    if (value === null || value === '') return <Text span c="dimmed">{t('cases.nothing')}</Text>;
    if (typeof value === 'boolean') return t(value ? 'cases.yes' : 'cases.no');
    if (name === 'msisdn' || name === 'registration_number') return <Masked value={value} />;
    if (name === 'day' || name === 'birth_date') return date(value);
    return has(`cases.value.${name}.${value}`) ? t(`cases.value.${name}.${value}`) : <bdi>{value}</bdi>;
  };
}

function Values({ one }: { one: Shown }) {
  const { t } = useText();
  const value = useValue();
  const parts = ['asked_against', 'recorded', 'wanted'] as const;
  return (
    <Sheet title={t('cases.values')}>
      {one.fields.length === 0 ? <Empty>{t('cases.no_values')}</Empty> : (
        <div className="grid-table-scroll" tabIndex={0} role="region" aria-label={t('cases.values')}>
          <table className="grid-table upright">
            <thead><tr><th scope="col">{t('cases.field')}</th>{parts.map((part) => <th key={part} scope="col">{t(`cases.${part}`)}</th>)}</tr></thead>
            <tbody>
              {one.fields.map((field) => (
                <tr key={field.name}>
                  <th scope="row">{t(`cases.field.${field.name}`)}</th>
                  {parts.map((part) => (
                    <td key={part} data-heading={t(`cases.${part}`)} style={part === 'wanted' ? { fontWeight: 650 } : undefined}>
                      <span>{value(field.name, field[part])} {part === 'recorded' && field.changed && <Mark tone="bad">{t('cases.changed')}</Mark>}</span>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {one.applied_as && <Text size="sm" mt="xs">{t('cases.applied_as', { given: one.applied_as.given_name, family: one.applied_as.family_name || '—' })}</Text>}
    </Sheet>
  );
}

function Whose({ one }: { one: Shown }) {
  const { t } = useText();
  const place = useNames();
  const mayOpen = useMay('people.view');
  const person = (of: NonNullable<Shown['person']>) => <>{mayOpen ? <Link to={`/people/${of.id}`}><bdi>{of.name}</bdi></Link> : <bdi>{of.name}</bdi>} <span className="ltr">{of.number}</span></>;
  return (
    <Sheet title={t('cases.whose')}>
      <Facts rows={[
        [t('cases.asks'), one.person ? person(one.person) : t('cases.nobody')],
        [t('cases.about'), one.subject ? person(one.subject) : null],
        [t('cases.born'), one.person ? <When at={one.person.birth_date} /> : null],
        [t('cases.household'), one.household ? <><span className="ltr">{one.household.registration_number}</span> · {t('cases.people', { n: one.household.size })}</> : null],
        [t('cases.place'), place(one.place)],
        [t('cases.asked'), <When key="asked" at={one.asked_at} exact />],
        [t('cases.from'), t('cases.from_text', { channel: one.channel, trust: one.trust })],
        [t('cases.asked_by'), one.asked_by],
        [t('cases.assurance'), one.assurance === null ? null : t('cases.assurance_level', { n: one.assurance })],
      ]} />
      {one.others.length > 0 && (
        <>
          <Text size="sm" fw={600} mt="sm">{t('cases.others')}</Text>
          <ul style={{ margin: 0, paddingInlineStart: '1.2rem' }}>
            {one.others.map((other) => <li key={other.id}><Link to={`/cases/${other.id}`}>{t(`cases.kind.${other.kind}`)} <span className="ltr">{other.reference}</span></Link></li>)}
          </ul>
        </>
      )}
    </Sheet>
  );
}

function Phones({ one }: { one: Shown }) {
  const { t } = useText();
  return (
    <Sheet title={t('cases.phones')}>
      {one.phones.length === 0 ? <Empty>{t('cases.no_phones')}</Empty> : (
        <Stack gap="sm">
          {one.phones.map((phone) => (
            <div key={phone.id}>
              <Group gap={6}><Text fw={600} span><Masked value={phone.msisdn} /></Text>{phone.asked_from && <Mark tone="busy">{t('cases.asked_here')}</Mark>}<Mark tone={phone.trust >= 2 ? 'good' : 'waiting'}>{t('cases.trust_is', { n: phone.trust })}</Mark>{phone.sim_changed_at && <Mark tone="late">{t('cases.sim_changed')}</Mark>}</Group>
              <Facts rows={[
                [t('cases.answers'), t(`cases.answers.${phone.answers}`)],
                [t('cases.shared_by'), phone.shared_by > 1 ? t('cases.people', { n: phone.shared_by }) : null],
                [t('cases.verified'), <When key="v" at={phone.verified_at} />],
                [t('cases.sim'), phone.sim_changed_at ? <When at={phone.sim_changed_at} /> : null],
                [t('cases.linked'), phone.linked_at ? <When at={phone.linked_at} /> : null],
              ]} />
            </div>
          ))}
        </Stack>
      )}
    </Sheet>
  );
}

function Doing({ one }: { one: Shown }) {
  const { t, has, list } = useText();
  return (
    <Sheet title={t('cases.history')}>
      <Stack gap="xs">
        {one.questions.map((question, n) => (
          <Text key={n} size="sm">{t(`cases.ask.${question.question}`)} {question.answer ? <Mark tone={question.answer === 'yes' ? 'good' : 'bad'}>{t(question.answer === 'yes' ? 'cases.yes' : 'cases.no')}</Mark> : <Mark tone="quiet">{t('cases.question_asked')}</Mark>}</Text>
        ))}
        {one.approvals.filter((each) => each.evidence.length > 0 || each.person).map((each) => (
          <Text key={`${each.round}-${each.stage}`} size="sm">
            {each.evidence.length > 0 ? t('cases.checked', { by: each.by ?? '', what: list(each.evidence.map((what) => t(`cases.evidence.${what}`))) }) : each.by}
            {each.person ? ` · ${t('cases.approved_for', { name: each.person.name })}` : ''}
          </Text>
        ))}
        <ol style={{ margin: 0, paddingInlineStart: '1.2rem', fontSize: '.92rem' }}>
          {runsOf(one.history, (row) => `${row.actor} ${row.by}`).map((row, n) => (
            <li key={n}>{t(`cases.did.${row.kind.replace('change.', '')}`)}{row.by ? ` · ${row.by}` : row.actor === 'server' ? ` · ${t('cases.by_rule')}` : ''}{row.detail && has(`cases.why.${row.detail}`) ? ` · ${t(`cases.why.${row.detail}`)}` : ''} · {row.times > 1 ? `${t('audit.times', { n: row.times })} ` : ''}<When at={row.at} /></li>
          ))}
        </ol>
      </Stack>
    </Sheet>
  );
}

function Corrections({ one }: { one: Shown }) {
  const { t } = useText();
  const value = useValue();
  return (
    <Sheet title={t('cases.corrections')}>
      {one.corrections.length === 0 ? <Empty>{t('cases.no_corrections')}</Empty> : (
        <div className="grid-table-scroll" tabIndex={0} role="region" aria-label={t('cases.corrections')}>
          <table className="grid-table">
            <thead><tr><th scope="col">{t('cases.what')}</th><th scope="col">{t('cases.was')}</th><th scope="col">{t('cases.became')}</th><th scope="col">{t('cases.when')}</th></tr></thead>
            <tbody>
              {one.corrections.map((each) => {
                const names = [...new Set([...Object.keys(each.before), ...Object.keys(each.after)])];
                const part = (of: Record<string, unknown>) => names.map((name) => <div key={name}>{value(name, (of[name] ?? null) as string | null)}</div>);
                return <tr key={each.request}><th scope="row"><Link to={`/cases/${each.request}`}>{t(`cases.kind.${each.kind}`)}</Link></th><td>{part(each.before)}</td><td>{part(each.after)}</td><td><When at={each.at} />{each.by ? ` · ${each.by}` : ''}</td></tr>;
              })}
            </tbody>
          </table>
        </div>
      )}
    </Sheet>
  );
}
