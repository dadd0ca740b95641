import { Button, Drawer, Loader, Menu, Text, useMantineColorScheme } from '@mantine/core';
import { IconLogout, IconMenu2, IconMoonStars, IconSun, IconUser, IconWorld } from '@tabler/icons-react';
import { Component, Suspense, useEffect, useState, type ReactNode } from 'react';
import { Link, NavLink, Route, Routes, useLocation } from 'react-router-dom';
import { EventsProvider } from '../api/events';
import { SessionProvider, useMeQuery, useSession, type Me } from '../api/session';
import { allPages, navPages, opens, type PageEntry } from '../pages/registry';
import { Page, Problem } from '../parts';
import { languages, useText, type Language } from '../texts/text';
import { JobTray } from './JobTray';
import { LineNotice } from './LineNotice';
import { SessionOver } from './SessionOver';
import { SignIn } from './SignIn';
import { useWaiting } from './waiting';

export function App() {
  const who = useMeQuery();
  if (who.isPending) return <Waiting />;
  if (who.error) return <SignInFrame><Problem error={who.error} onRetry={() => void who.refetch()} /></SignInFrame>;
  if (!who.data) return <SignInFrame><SignIn before={null} /></SignInFrame>;
  return (
    <SessionProvider me={who.data}>
      <EventsProvider>
        <Shell me={who.data} />
        <SessionOver me={who.data} />
      </EventsProvider>
    </SessionProvider>
  );
}

function Waiting() {
  const { t } = useText();
  return (
    <main style={{ display: 'grid', placeItems: 'center', minBlockSize: '60dvh' }} role="status">
      <span><Loader aria-hidden="true" /><span className="visually-hidden">{t('parts.loading')}</span></span>
    </main>
  );
}

export function Brand() {
  return (
    <>
      <img src="/console/icon.svg" alt="" width="28" height="28" /> Mlango
    </>
  );
}

function SignInFrame({ children }: { children: ReactNode }) {
  const { t } = useText();
  useEffect(() => {
    document.title = `${t('shell.sign_in')} · Mlango`;
  }, [t]);
  return (
    <div className="sign-in">
      <header style={{ display: 'flex', alignItems: 'center', padding: '.6rem 1rem' }}>
        <span className="brand"><Brand /></span>
        <span style={{ marginInlineStart: 'auto', display: 'flex' }}><ThemeButton plain /><LanguageMenu plain /></span>
      </header>
      <main>{children}</main>
    </div>
  );
}

function Shell({ me }: { me: Me }) {
  const { t, setLanguage, language } = useText();
  const session = useSession();
  const [open, setOpen] = useState(false);
  const place = useLocation();
  useEffect(() => setOpen(false), [place.pathname]);
  useEffect(() => {
    // What she chose on her account follows her from device to device.
    if (languages.some((each) => each.code === me.language) && me.language !== language) setLanguage(me.language as Language);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [me.id]);
  return (
    <>
      <a className="skip-link" href="#main">{t('shell.skip')}</a>
      <LineNotice />
      <div className="shell">
        <header className="no-print">
          <Button className="only-narrow" variant="subtle" px="xs" onClick={() => setOpen(true)} aria-label={t('shell.menu')} aria-expanded={open}>
            <IconMenu2 size={22} aria-hidden="true" />
          </Button>
          <Link to="/" className="brand"><Brand /></Link>
          <span style={{ marginInlineStart: 'auto', display: 'flex', alignItems: 'center', gap: '.25rem' }}>
            <JobTray />
            <ThemeButton />
            <LanguageMenu onChoose={session.keepLanguage} />
            <PersonMenu me={me} />
          </span>
        </header>
        <nav aria-label={t('shell.navigation')} className="no-print"><NavList /></nav>
        <main id="main" tabIndex={-1} style={{ outline: 'none' }}>
          <PageErrors key={place.pathname}>
            <Suspense fallback={<PageWaits />}>
              <Routes>
                {allPages.map((page) => <Route key={page.path} path={page.path} element={<Opened page={page} />} />)}
                <Route path="*" element={<Page title={t('shell.no_page')}><Text>{t('shell.no_page_text')}</Text></Page>} />
              </Routes>
            </Suspense>
          </PageErrors>
        </main>
      </div>
      <Drawer opened={open} onClose={() => setOpen(false)} title={<span className="brand"><Brand /></span>} size="19rem" closeButtonProps={{ 'aria-label': t('parts.close') }}>
        <nav aria-label={t('shell.navigation')}><NavList /></nav>
      </Drawer>
    </>
  );
}

// A page comes over a slow line: silent at first, so that a quick one does not flicker.
function PageWaits() {
  const { t } = useText();
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250);
    return () => clearTimeout(timer);
  }, []);
  return late ? <div role="status"><Loader aria-hidden="true" /> <span>{t('parts.loading')}</span></div> : null;
}

function Opened({ page }: { page: PageEntry }) {
  const { may } = useSession();
  const { t } = useText();
  if (!opens(page, may)) return <Page title={t('shell.closed')}><Text>{t('shell.closed_text')}</Text></Page>;
  const Element = page.element;
  return <Element />;
}

class PageErrors extends Component<{ children: ReactNode }, { error: unknown }> {
  state = { error: null as unknown };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  render() {
    return this.state.error ? <Problem error={this.state.error} onRetry={() => location.reload()} /> : this.props.children;
  }
}

function NavList() {
  const { t, number } = useText();
  const { may } = useSession();
  const waiting = useWaiting();
  return (
    <ul className="nav-list">
      {navPages.filter((page) => opens(page, may)).map((page) => {
        const Icon = page.nav!.icon;
        const count = page.nav!.waiting ? waiting[page.nav!.waiting]?.count : undefined;
        return (
          <li key={page.path}>
            <NavLink to={page.path} end={page.path === '/'} className="nav-link">
              <span aria-hidden="true" style={{ display: 'flex' }}><Icon size={20} stroke={1.7} /></span>
              <span>{t(page.nav!.textKey)}</span>
              {count ? <span className="count">{number(count)}<span className="visually-hidden"> {t('shell.waiting')}</span></span> : null}
            </NavLink>
          </li>
        );
      })}
    </ul>
  );
}

function ThemeButton({ plain }: { plain?: boolean }) {
  const { t } = useText();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const dark = colorScheme === 'dark' || (colorScheme === 'auto' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <Button variant="subtle" px="xs" color={plain ? 'gray' : undefined} c={plain ? 'var(--mantine-color-text)' : undefined} aria-label={t(dark ? 'shell.light' : 'shell.dark')} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
      {dark ? <IconSun size={20} aria-hidden="true" /> : <IconMoonStars size={20} aria-hidden="true" />}
    </Button>
  );
}

export function LanguageMenu({ onChoose, plain }: { onChoose?: (language: Language) => void; plain?: boolean }) {
  const { t, language, setLanguage } = useText();
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="subtle" px="xs" color={plain ? 'gray' : undefined} c={plain ? 'var(--mantine-color-text)' : undefined} aria-label={t('shell.language')}>
          <IconWorld size={20} aria-hidden="true" />
          <span className="only-wide" style={{ marginInlineStart: '.4rem' }}>{languages.find((each) => each.code === language)?.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {languages.map((each) => (
          <Menu.Item key={each.code} lang={each.code} aria-current={each.code === language || undefined} onClick={() => { setLanguage(each.code); onChoose?.(each.code); }}>
            {each.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function PersonMenu({ me }: { me: Me }) {
  const { t } = useText();
  const { signOut } = useSession();
  const own = allPages.find((page) => page.path === '/access/me');
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <Button variant="subtle" px="xs" aria-label={t('shell.person', { name: me.shown_name })}>
          <IconUser size={20} aria-hidden="true" />
          <span className="only-wide" style={{ marginInlineStart: '.4rem' }}>{me.shown_name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.shown_name}</Menu.Label>
        {own && <Menu.Item component={Link} to={own.path}>{t('shell.my_sessions')}</Menu.Item>}
        <Menu.Item component={Link} to="/password">{t('shell.change_password')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden="true" />} onClick={() => void signOut()}>{t('shell.sign_out')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
