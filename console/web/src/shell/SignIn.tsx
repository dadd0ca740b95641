// Name and password, then the code of her authenticator app (connected here at the first time), then a password of her own
// where somebody else gave her one. The server says which comes next. Shown on its own page, and over a page whose
// session ended.
import { Anchor, Button, Code, Divider, List, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { renderSVG } from 'uqr';
import { isProblem } from '../api/problem';
import { plain, signedIn, type Me } from '../api/session';
import { Problem } from '../parts/Problem';
import { useText } from '../texts/text';

export interface Stage {
  next: 'name' | 'code' | 'enrol' | 'password' | 'done';
  providers?: { name: string; path: string }[];
}

export function SignIn({ before }: { before: Me | null }) {
  const { t } = useText();
  const [stage, setStage] = useState<Stage>({ next: 'name' });
  const known = useQuery<Stage | null>({ queryKey: ['/sign-in'], queryFn: () => plain<Stage>('GET', '/sign-in').catch(() => null), staleTime: 0, retry: false });
  useEffect(() => {
    // A page that was loaded anew in the middle goes on where it was.
    if (known.data && known.data.next !== 'name' && known.data.next !== 'done') setStage(known.data);
  }, [known.data]);
  const next = async (to: Stage) => {
    if (to.next === 'done') await signedIn(before);
    else setStage(to);
  };
  const again = () => setStage({ next: 'name' });
  return (
    <div className={before ? undefined : 'sheet'}>
      {stage.next === 'name' && <NameAndPassword name={before?.name} next={next} providers={known.data?.providers ?? []} />}
      {stage.next === 'code' && <CodeForm next={next} again={again} intro={<Text size="sm">{t('sign_in.code_text')}</Text>} />}
      {stage.next === 'enrol' && <Enrolment next={next} again={again} />}
      {stage.next === 'password' && <OwnPassword next={next} again={again} />}
    </div>
  );
}

interface StepProps {
  next: (to: Stage) => Promise<void>;
}

function Form({ title, onSend, onOver, children }: { title: string; onSend: () => Promise<void>; onOver?: () => void; children: (busy: boolean) => ReactNode }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { t } = useText();
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onSend();
    } catch (problem) {
      // Too long between the steps: from the beginning.
      if (onOver && isProblem(problem, 'not_signed_in') && problem.document.reason !== 'wrong') onOver();
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack gap="sm">
        <Title order={1}>{title}</Title>
        {children(busy)}
        {isProblem(error, 'not_signed_in') ? <Text c="red" role="alert">{t('sign_in.wrong')}</Text> : error ? <Problem error={error} /> : null}
      </Stack>
    </form>
  );
}

function NameAndPassword({ name: given, next, providers }: StepProps & { name?: string; providers: { name: string; path: string }[] }) {
  const { t } = useText();
  // What came of the way to an identity provider.
  const [told] = useState(() => ['unknown', 'refused', 'again', 'away'].find((each) => new URLSearchParams(location.search).get('provider') === each));
  const [name, setName] = useState(given ?? '');
  const [password, setPassword] = useState('');
  return (
    <Form title={t('sign_in.title')} onSend={async () => next(await plain<Stage>('POST', '/sign-in', { name: name.trim().toLowerCase(), password }))}>
      {(busy) => (
        <>
          <TextInput label={t('sign_in.name')} name="username" autoComplete="username" required size="md" maxLength={60} value={name} onChange={(event) => setName(event.currentTarget.value)} autoCapitalize="none" spellCheck={false} data-autofocus={!given || undefined} />
          <PasswordInput label={t('sign_in.password')} name="password" autoComplete="current-password" required size="md" maxLength={200} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }} />
          <Button type="submit" size="md" loading={busy} fullWidth>{t('sign_in.go_on')}</Button>
          {told && <Text c="red" role="alert">{t(`sign_in.provider_${told}`)}</Text>}
          {providers.length > 0 && <Divider label={t('sign_in.or')} />}
          {providers.map((provider) => (
            <Button key={provider.path} component="a" href={provider.path} variant="default" size="md" fullWidth>{t('sign_in.with', { name: provider.name })}</Button>
          ))}
        </>
      )}
    </Form>
  );
}

function CodeForm({ next, again, intro, title }: StepProps & { again: () => void; intro: ReactNode; title?: string }) {
  const { t } = useText();
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <Form
      title={title ?? t('sign_in.code_title')}
      onOver={again}
      onSend={async () => {
        try {
          await next(await plain<Stage>('POST', '/sign-in/code', { code }));
        } catch (problem) {
          setCode('');
          throw problem;
        }
      }}
    >
      {(busy) => (
        <>
          {intro}
          <TextInput ref={field} label={t('sign_in.code')} className="code-input" name="one-time-code" autoComplete="one-time-code" inputMode="numeric" required size="lg" maxLength={6} value={code} onChange={(event) => setCode(latin(event.currentTarget.value))} />
          <Button type="submit" size="md" loading={busy} disabled={code.length !== 6} fullWidth>{t('sign_in.go_on')}</Button>
          <Anchor component="button" type="button" size="sm" onClick={again} style={{ padding: '.4rem' }}>{t('sign_in.again')}</Anchor>
        </>
      )}
    </Form>
  );
}

// Digits of any script that has ten of them in a row: Arabic and Persian keyboards write their own.
const latin = (typed: string) =>
  typed.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x0660)).replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x06f0)).replace(/\D/g, '').slice(0, 6);

function Enrolment({ next, again }: StepProps & { again: () => void }) {
  const { t } = useText();
  const offer = useQuery<{ secret: string; uri: string }>({
    queryKey: ['/sign-in/enrolment'],
    queryFn: () => plain('POST', '/sign-in/enrolment', {}),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const shown = offer.data;
  if (offer.error) return <Problem error={offer.error} onRetry={() => void offer.refetch()} />;
  if (!shown) return <Text role="status">{t('parts.loading')}</Text>;
  // An address of its own is drawn: nothing of it leaves this page.
  const picture = renderSVG(shown.uri, { border: 2, ecc: 'M', blackColor: '#000', whiteColor: '#fff' });
  return (
    <CodeForm
      next={next}
      again={again}
      title={t('sign_in.enrol_title')}
      intro={
        <>
          <List type="ordered" size="sm" spacing="xs">
            <List.Item>{t('sign_in.enrol_app')}</List.Item>
            <List.Item>{t('sign_in.enrol_scan')}</List.Item>
            <List.Item>{t('sign_in.enrol_code')}</List.Item>
          </List>
          <div role="img" aria-label={t('sign_in.qr')} style={{ inlineSize: '12rem', marginInline: 'auto', background: '#fff', borderRadius: '.5rem', overflow: 'hidden' }} dangerouslySetInnerHTML={{ __html: picture }} />
          <Text size="sm">
            {t('sign_in.enrol_typed')} <Code className="ltr">{shown.secret.replace(/(.{4})/g, '$1 ').trim()}</Code>
          </Text>
        </>
      }
    />
  );
}

function OwnPassword({ next, again }: StepProps & { again: () => void }) {
  const { t } = useText();
  const [password, setPassword] = useState('');
  return (
    <Form title={t('sign_in.own_title')} onOver={again} onSend={async () => next(await plain<Stage>('POST', '/sign-in/password', { password }))}>
      {(busy) => (
        <>
          <Text size="sm">{t('sign_in.own_text')}</Text>
          <PasswordInput label={t('sign_in.new_password')} name="new-password" autoComplete="new-password" required size="md" minLength={12} maxLength={200} value={password} onChange={(event) => setPassword(event.currentTarget.value)} description={t('sign_in.password_rule')} visibilityToggleButtonProps={{ 'aria-label': t('sign_in.show_password') }} />
          <Button type="submit" size="md" loading={busy} fullWidth>{t('sign_in.keep')}</Button>
        </>
      )}
    </Form>
  );
}
