// One list on its way: its file, what is wrong with it, lock, release, what came of it, payers' reports, her own word.
import { Button, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Confirm, Facts, Mark, Page, Problem, Sheet, useChange, useGet, useHeld, useMe, useOperationName, useParams, usePulse, useText, When } from '@/parts';
import { Entitlements } from './Entitlements';
import { FileOfList } from './FileOfList';
import { Reports } from './Reports';
import { listTones, useListWords, type ListDetail } from './words';

type Step = 'lock' | 'release' | 'return' | 'abort';

// The buttons that turn a list, and what each of them means before it is done.
function Turns({ list }: { list: ListDetail }) {
  const { t } = useText();
  const me = useMe();
  const [asking, ask] = useState<Step | null>(null);
  const changes = {
    lock: useChange('post', '/lists/{id}/lock', 'lists'),
    release: useChange('post', '/lists/{id}/release', 'lists'),
    return: useChange('post', '/lists/{id}/return', 'lists'),
    abort: useChange('post', '/lists/{id}/abort', 'lists'),
  };
  const bad = list.bad ?? 0;
  const good = (list.rows ?? 0) - bad;
  const own = list.made_by?.id === me.id || list.locked_by?.id === me.id;
  const open: Record<Step, boolean> = {
    lock: list.state === 'draft' && list.upload?.state === 'checked' && good > 0 && list.may.load,
    // Once more where the work of making them was stopped: it goes on.
    release: (list.state === 'locked' || (list.state === 'accepted' && list.upload?.state === 'applying' && ['stopped', 'failed'].includes(list.upload.job?.state ?? ''))) && list.may.release,
    return: list.state === 'locked' && (list.may.release || list.may.load),
    abort: list.made_by !== null && ((list.state === 'draft' && list.may.load) || (list.state === 'locked' && (list.may.load || list.may.release))),
  };
  // Also a file that was sent anew changes what is signed, without a turn of the list.
  const { held, meanwhile } = useHeld(list, asking !== null, (of) => [of.revision, of.upload?.id, of.rows, of.bad]);
  const leaving_out = held.bad ?? 0;
  const turn = (step: Step) => {
    const params = { path: { id: held.id } };
    return step === 'lock'
      ? changes.lock.mutateAsync({ params, body: { revision: held.revision, leaving_out } })
      : changes[step].mutateAsync({ params, body: { revision: held.revision } });
  };
  return (
    <>
      {(['lock', 'release', 'return', 'abort'] as Step[]).filter((step) => open[step]).map((step) => (
        <Button key={step} variant={step === 'lock' || step === 'release' ? 'filled' : 'default'} onClick={() => ask(step)}>
          {t(`lists.turn.${step}`)}
        </Button>
      ))}
      {list.state === 'locked' && own && !list.may.release && <span>{t('lists.second_person')}</span>}
      {asking && (
        <Confirm opened meanwhile={meanwhile} onClose={() => ask(null)} title={t(`lists.turn.${asking}_title`)} action={t(`lists.turn.${asking}`)} danger={asking === 'abort'} onConfirm={() => turn(asking)}>
          {t(`lists.turn.${asking}_text`, { good: (held.rows ?? 0) - leaving_out, bad: leaving_out, notifies: held.notifies ? 'yes' : 'no' })}
        </Confirm>
      )}
    </>
  );
}

function Signature({ list }: { list: ListDetail }) {
  const { t } = useText();
  const [asked, ask] = useState(false);
  const signature = useGet('/lists/{id}/signature', { params: { path: { id: list.id } } }, { enabled: asked });
  const mark = (agrees: boolean) => <Mark tone={agrees ? 'good' : 'bad'}>{t(agrees ? 'lists.agrees' : 'lists.differs_now')}</Mark>;
  return (
    <Sheet title={t('lists.signature')} actions={<Button variant="default" onClick={() => (asked ? void signature.refetch() : ask(true))} loading={signature.isFetching}>{t('lists.check_signature')}</Button>}>
      <Facts rows={[[t('lists.digest'), <span key="d" className="ltr" style={{ overflowWrap: 'anywhere' }}>{list.digest}</span>],
        ...(signature.data ? ([[t('lists.rows_agree'), mark(signature.data.rows_agree)], [t('lists.signature_agrees'), mark(signature.data.signature_agrees)], [t('lists.entitlements_agree'), mark(signature.data.entitlements_agree)]] as [string, ReactNode][]) : [])]} />
      {signature.error && <Problem error={signature.error} />}
    </Sheet>
  );
}

export default function List() {
  const { t } = useText();
  const { named } = useListWords();
  const operationName = useOperationName();
  const id = Number(useParams().id);
  usePulse('lists');
  const found = useGet('/lists/{id}', { params: { path: { id } } });
  const list = found.data;
  const back = { to: '/lists', label: t('lists.title') };
  if (!list) return <Page title={t('lists.list')} back={back}>{found.error ? <Problem error={found.error} onRetry={() => void found.refetch()} /> : null}</Page>;
  const person = (who: { name: string } | null | undefined, at: string | null | undefined) => who && <><bdi>{who.name}</bdi> · <When at={at} exact /></>;
  return (
    <Page
      title={t('lists.name', { id: String(list.id), programme: named(list.programme_name), cycle: list.cycle_title })}
      mark={<Mark tone={listTones[list.state]}>{t(`lists.state.${list.state}`)}</Mark>}
      note={t(`lists.state_note.${list.state}`)}
      back={back}
      actions={<Turns list={list} />}
    >
      <Stack gap="lg">
        <Sheet label={t('lists.list')}>
          <Facts rows={[
            [t('lists.operation'), operationName(list.operation)],
            [t('lists.type'), t(`lists.type.${list.type}`)],
            [t('lists.office'), list.office ? named(list.office.name) : list.made_by ? t('lists.whole_operation') : null],
            [t('lists.notifies'), list.made_by ? t(list.notifies ? 'lists.yes' : 'lists.no') : null],
            [t('lists.made'), person(list.made_by, list.made_at)],
            [t('lists.locked_by'), person(list.locked_by, list.locked_at)],
            [t('lists.released_by'), person(list.released_by, list.released_at)],
          ]} />
        </Sheet>
        {list.made_by && (list.upload || list.may.load) && <FileOfList list={list} />}
        {list.digest && <Signature list={list} />}
        {Object.keys(list.states).length > 0 && <Entitlements list={list} />}
        {(list.state === 'accepted' || list.state === 'finished') && (list.may.reconcile || list.reports.length > 0) && <Reports list={list} />}
      </Stack>
    </Page>
  );
}
