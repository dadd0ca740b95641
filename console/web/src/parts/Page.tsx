import { Anchor, Badge, Button, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useText } from '../texts/text';

let opened = false;

interface PageProps {
  title: string;
  // Beside the title: a state.
  mark?: ReactNode;
  note?: ReactNode;
  back?: { to: string; label: string };
  actions?: ReactNode;
  children: ReactNode;
}

// What each page is wrapped in: the browser's title, one heading, which has the focus after going from page to page, so
// that a screen reader says where one is.
export function Page({ title, mark, note, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { t } = useText();
  useEffect(() => {
    document.title = `${title} · Mlango`;
  }, [title]);
  useEffect(() => {
    if (opened) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return (
    <>
      {back && (
        <Anchor component={Link} to={back.to} size="sm" className="no-print back">
          <span aria-hidden="true">{t('parts.back_arrow')}</span> {back.label}
        </Anchor>
      )}
      <div className="page-head">
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>
            {title} {mark}
          </Title>
          {note && <div style={{ color: 'var(--mantine-color-dimmed)', fontSize: '.92rem', maxInlineSize: '46rem' }}>{note}</div>}
        </div>
        {actions && <div className="actions no-print">{actions}</div>}
      </div>
      {children}
    </>
  );
}

// The views of one part of the console, side by side. Who looks at one thing of a view is still in that view.
export function Views({ label, at, views }: { label: string; at: string; views: readonly (readonly [to: string, label: string])[] }) {
  const { pathname } = useLocation();
  return (
    <nav aria-label={label} className="one-row no-print" style={{ marginBlockEnd: 'var(--mantine-spacing-md)' }}>
      {views.map(([to, name]) => (
        <Button key={to} component={Link} to={to} variant={to === at ? 'light' : 'subtle'} px="sm" aria-current={to !== at ? undefined : to === pathname ? 'page' : 'true'}>
          {name}
        </Button>
      ))}
    </nav>
  );
}

const hues = { good: 'green', bad: 'red', late: 'orange', waiting: 'yellow', busy: 'lake', quiet: 'gray' } as const;
export type Tone = keyof typeof hues;
// A state in a word. The word says it; the colour only repeats it.
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <Badge color={hues[tone]} variant="light" tt="none" fw={600} style={{ verticalAlign: 'middle', ...(tone === 'quiet' ? { background: 'var(--mantine-color-default-border)' } : {}) }}>
      {children}
    </Badge>
  );
}

export function Sheet({ title, actions, children, padded = true, label }: { title?: string; actions?: ReactNode; children: ReactNode; padded?: boolean; label?: string }) {
  return (
    <section className={padded ? 'sheet padded' : 'sheet'} aria-label={label ?? title}>
      {title && (
        <div className="page-head" style={{ marginBlockEnd: '.6rem', alignItems: 'center', ...(padded ? {} : { padding: '.8rem 1rem 0' }) }}>
          <Title order={2}>{title}</Title>
          {actions && <div className="actions no-print">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

// Names and values. Rows without a value are left out.
export function Facts({ rows }: { rows: [label: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '').map(([label, value]) => [
        <dt key={`${label}-t`}>{label}</dt>,
        <dd key={`${label}-d`}>{value}</dd>,
      ])}
    </dl>
  );
}
