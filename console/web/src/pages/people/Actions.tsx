// What is done at a record: each asks how it was made sure that it is she, as her assurance needs it.
import { Alert, Button, Menu, Modal, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { call, Confirm, Masked, useHeld, useText, useToast } from '@/parts';
import type { PersonRecord } from './Person';

type Action = 'pin_code' | 'pin_release' | 'number' | 'copy';
type Method = 'questions' | 'call' | 'document' | 'biometric';
type Open = Action | 'verify' | null;

interface Check {
  method: Method | null;
  reference: string;
  phone: number | null;
}
const referencePattern = /^[A-Za-z0-9/_-]{3,40}$/;
const complete = ({ method, reference, phone }: Check) =>
  method === 'questions' || (method === 'call' && phone !== null) || ((method === 'document' || method === 'biometric') && referencePattern.test(reference));
const sent = ({ method, reference, phone }: Check) => ({
  method: method as Method,
  ...(method === 'document' || method === 'biometric' ? { reference } : {}),
  ...(method === 'call' && phone !== null ? { phone } : {}),
});

// The answer is there once: it becomes a file at once.
function save(what: unknown, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(what, null, 1)], { type: 'application/json' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export function Actions({ record: now, onDone }: { record: PersonRecord; onDone: () => void }) {
  const { t } = useText();
  const { tell } = useToast();
  const [open, setOpen] = useState<Open>(null);
  const [code, setCode] = useState<string | null>(null);
  const { held: record, meanwhile } = useHeld(now, open !== null, (of) => of.revision);
  const params = { path: { id: record.id } };
  if (!record.may.reset_pin && !record.may.attach_number) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default">{t('people.actions')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {record.may.reset_pin && <Menu.Item onClick={() => setOpen('pin_code')}>{t('people.do.pin_code')}</Menu.Item>}
          {record.may.reset_pin && record.pin?.lock && <Menu.Item onClick={() => setOpen('pin_release')}>{t('people.do.pin_release')}</Menu.Item>}
          {record.may.attach_number && <Menu.Item onClick={() => setOpen('number')}>{t('people.do.number')}</Menu.Item>}
          {record.may.attach_number && record.copy_waits && <Menu.Item onClick={() => setOpen('copy')}>{t('people.do.copy')}</Menu.Item>}
          {record.may.attach_number && <Menu.Item onClick={() => setOpen('verify')}>{t('people.do.verify')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      {open === 'pin_code' && (
        <Checked record={record} meanwhile={meanwhile} action="pin_code" onClose={() => setOpen(null)} onConfirm={async (check) => {
          const made = await call('post', '/people/{id}/pin-code', { params, body: { revision: record.revision, ...sent(check) } });
          setCode(made.code);
        }} />
      )}
      {open === 'pin_release' && (
        <Checked record={record} meanwhile={meanwhile} action="pin_release" onClose={() => setOpen(null)} onConfirm={async (check) => {
          await call('post', '/people/{id}/pin-release', { params, body: { revision: record.revision, ...sent(check) } });
          tell(t('people.released'));
          onDone();
        }} />
      )}
      {open === 'number' && (
        <Checked record={record} meanwhile={meanwhile} action="number" withNumber onClose={() => setOpen(null)} onConfirm={async (check, number) => {
          const made = await call('post', '/people/{id}/numbers', { params, body: { revision: record.revision, number, ...sent(check) } });
          tell(t('people.number_asked', { reference: made.reference }));
          onDone();
        }} />
      )}
      {open === 'copy' && (
        <Checked record={record} meanwhile={meanwhile} action="copy" onClose={() => setOpen(null)} onConfirm={async (check) => {
          const copy = await call('post', '/people/{id}/copy', { params, body: { revision: record.revision, ...sent(check) } } as never);
          save(copy, `${record.copy_waits?.reference ?? 'copy'}.json`);
          tell(t('people.copy_given'));
          onDone();
        }} />
      )}
      {open === 'verify' && <Verify record={record} meanwhile={meanwhile} onClose={() => setOpen(null)} onDone={onDone} />}
      <Modal opened={code !== null} onClose={() => { setCode(null); onDone(); }} title={<Text fw={650}>{t('people.code_title')}</Text>} closeButtonProps={{ 'aria-label': t('parts.close') }} centered>
        <Text size="sm">{t('people.code_text')}</Text>
        <Text ta="center" my="md" fw={700} className="ltr numeric" style={{ fontSize: '2rem', letterSpacing: '.12em', inlineSize: '100%', textAlign: 'center' }}>
          {code?.replace(/(\d{3})(?=\d)/g, '$1 ')}
        </Text>
      </Modal>
    </>
  );
}

function Checked({ record, meanwhile, action, withNumber, onClose, onConfirm }: { record: PersonRecord; meanwhile: boolean; action: Action; withNumber?: boolean; onClose: () => void; onConfirm: (check: Check, number: string) => Promise<void> }) {
  const { t } = useText();
  const [check, setCheck] = useState<Check>({ method: null, reference: '', phone: null });
  const [number, setNumber] = useState('');
  const methods = (record.enough?.[action] ?? []) as Method[];
  const callable = record.phones.items.filter((each) => each.can_be_called);
  return (
    <Confirm opened meanwhile={meanwhile} onClose={onClose} title={t(`people.do.${action}`)} action={t(`people.confirm.${action}`)} disabled={!complete(check) || (withNumber && number.trim().length < 5)} onConfirm={() => onConfirm(check, number.trim())}>
      <Stack gap="sm">
        <Text size="sm">{t(`people.explain.${action}`)}</Text>
        {withNumber && <TextInput label={t('people.number')} inputMode="tel" dir="ltr" required maxLength={30} autoComplete="off" value={number} onChange={(event) => setNumber(event.currentTarget.value)} />}
        <Radio.Group label={t('people.how_sure')} description={t('people.assurance_is', { how: t(`people.assurance.${record.assurance}`) })} value={check.method ?? ''} onChange={(method) => setCheck({ ...check, method: method as Method })} required>
          <Stack gap="xs" mt="xs">
            {methods.map((method) => (
              <Radio key={method} value={method} label={t(`people.check.${method}`)} disabled={method === 'call' && callable.length === 0} />
            ))}
          </Stack>
        </Radio.Group>
        {methods.length === 0 && <Alert color="orange" variant="light">{t('people.no_check')}</Alert>}
        {(check.method === 'document' || check.method === 'biometric') && <Reference value={check.reference} onChange={(reference) => setCheck({ ...check, reference })} />}
        {check.method === 'call' && (
          <Select label={t('people.called')} data={callable.map((each) => ({ value: String(each.id), label: each.number }))} value={check.phone === null ? null : String(check.phone)} onChange={(phone) => setCheck({ ...check, phone: phone === null ? null : Number(phone) })} required />
        )}
      </Stack>
    </Confirm>
  );
}

export function Reference({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useText();
  return <TextInput label={t('people.check_reference')} description={t('people.reference_hint')} required dir="ltr" maxLength={40} autoComplete="off" value={value} onChange={(event) => onChange(event.currentTarget.value.trim())} error={value.length >= 3 && !referencePattern.test(value) ? t('people.reference_bad') : undefined} />;
}

function Verify({ record, meanwhile, onClose, onDone }: { record: PersonRecord; meanwhile: boolean; onClose: () => void; onDone: () => void }) {
  const { t } = useText();
  const { tell } = useToast();
  const [method, setMethod] = useState<'document' | 'biometric'>('document');
  const [reference, setReference] = useState('');
  return (
    <Confirm opened meanwhile={meanwhile} onClose={onClose} title={t('people.do.verify')} action={t('people.confirm.verify')} disabled={!referencePattern.test(reference)} onConfirm={async () => {
      const noted = await call('post', '/people/{id}/verifications', { params: { path: { id: record.id } }, body: { revision: record.revision, method, reference } });
      tell(t(noted.waits_for_second ? 'people.verify_waits' : 'people.verified'));
      onDone();
    }}>
      <Stack gap="sm">
        <Text size="sm">{t('people.explain.verify')}</Text>
        <Text size="sm"><Masked value={record.individual_number} /></Text>
        <Radio.Group label={t('people.method')} value={method} onChange={(value) => setMethod(value as 'document' | 'biometric')}>
          <Stack gap="xs" mt="xs">
            <Radio value="document" label={t('people.method.document')} />
            <Radio value="biometric" label={t('people.method.biometric')} />
          </Stack>
        </Radio.Group>
        <Reference value={reference} onChange={setReference} />
      </Stack>
    </Confirm>
  );
}
