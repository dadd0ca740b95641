// What payers reported about a list: a new file, its check, applying it.
import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import { Confirm, Mark, Problem, Sheet, useChange, useHeld, useMe, useText, When } from '@/parts';
import { FirstRows, Found, Sending } from './FileOfList';
import type { ListDetail, ListUpload } from './words';

function Report({ list, upload }: { list: ListDetail; upload: ListUpload }) {
  const { t } = useText();
  const me = useMe();
  const [asking, ask] = useState(false);
  const apply = useChange('post', '/uploads/{id}/application', 'lists', 'uploads');
  const good = upload.rows - upload.bad;
  const { held, meanwhile } = useHeld(upload, asking, (of) => [of.rows, of.bad]);
  return (
    <Sheet
      title={t('lists.report_of', { id: String(upload.id) })}
      actions={(upload.state === 'checked' || (upload.state === 'applying' && ['stopped', 'failed'].includes(upload.job?.state ?? ''))) && good > 0 && list.may.reconcile && <Button onClick={() => ask(true)}>{t('lists.apply')}</Button>}
    >
      <Stack>
        <div><Mark tone={upload.state === 'refused' ? 'bad' : upload.state === 'applied' ? 'good' : 'busy'}>{t(`lists.upload.${upload.state}`)}</Mark> {upload.made_by.name} · <When at={upload.made_at} /></div>
        {upload.state === 'receiving' && upload.made_by.id === me.id && <Sending upload={upload} label={t('lists.report_label')} />}
        {upload.rows + upload.rules.length > 0 && <Found upload={upload} />}
        {upload.state === 'checked' && <FirstRows upload={upload} />}
      </Stack>
      <Confirm opened={asking} meanwhile={meanwhile} onClose={() => ask(false)} title={t('lists.apply_title')} action={t('lists.apply')} onConfirm={() => apply.mutateAsync({ params: { path: { id: upload.id } }, body: { leaving_out: held.bad } })}>
        {t('lists.apply_text', { good: held.rows - held.bad, bad: held.bad })}
      </Confirm>
    </Sheet>
  );
}

export function Reports({ list }: { list: ListDetail }) {
  const { t } = useText();
  const make = useChange('post', '/lists/{id}/uploads', 'lists');
  const open = list.reports.some((each) => each.state === 'receiving');
  return (
    <Stack>
      {list.may.reconcile && !open && (
        <Sheet title={t('lists.reports')} actions={<Button variant="default" loading={make.isPending} onClick={() => make.mutate({ params: { path: { id: list.id } }, body: { kind: 'report' } })}>{t('lists.new_report')}</Button>}>
          {t('lists.reports_note')}
          {make.error && <Problem error={make.error} />}
        </Sheet>
      )}
      {list.reports.map((upload) => <Report key={upload.id} list={list} upload={upload} />)}
    </Stack>
  );
}
