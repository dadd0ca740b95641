// Charts as SVG of our own: columns over time and bars of parts. Each has its table beside it (Figure), so that the
// picture needs only a name for who can not see it. Colours differ in lightness, too, and each part has its word.
import { useNarrow, useText } from '@/parts';
import type { ReactNode } from 'react';

export interface Part {
  key: string;
  name: string;
  colour: string;
}

// The eye tells them apart without colour: from dark to light, and striped by lines between.
export const colours = { strong: '#0b6374', middle: '#4dadbc', pale: '#a5d5dd', bad: '#c0392b', late: '#c77700', good: '#2f7d4f', quiet: '#98a2ab' };

export function Legend({ parts }: { parts: Part[] }) {
  return (
    <ul className="figure-legend">
      {parts.map((part) => (
        <li key={part.key}>
          <i style={{ background: part.colour }} aria-hidden="true" /> {part.name}
        </li>
      ))}
    </ul>
  );
}

const nice = (most: number) => {
  const step = 10 ** Math.floor(Math.log10(Math.max(most, 1)));
  return [1, 2, 5, 10].map((n) => n * step).find((each) => each >= most) ?? most;
};

// One column a moment, parts on one another. Time goes from left to right in every language.
export function Columns({ label, rows, parts }: { label: string; rows: { at: string; values: Record<string, number> }[]; parts: Part[] }) {
  const { number } = useText();
  const narrow = useNarrow();
  // On a phone drawn for its width: everything at once, and letters that can be read.
  const width = narrow ? 350 : 720, height = 210, left = 46, below = 24, above = 10;
  const sum = (values: Record<string, number>) => parts.reduce((all, part) => all + (values[part.key] ?? 0), 0);
  const top = nice(Math.max(1, ...rows.map((row) => sum(row.values))));
  const step = (width - left) / Math.max(rows.length, 1);
  const y = (value: number) => above + (height - above - below) * (1 - value / top);
  const wide = Math.max(Math.min(step * 0.76, 44), 1);
  const marks = Math.max(1, Math.ceil(rows.length / (narrow ? 4 : 8)));
  // Time runs from the left in Arabic, too: a chart is read beside dates and digits, which do.
  return (
    <div className="figure-scroll" dir="ltr" tabIndex={0} role="group" aria-label={label}>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} className="figure-svg">
        {[0, ...(Number.isInteger(top / 2) ? [0.5] : []), 1].map((share) => (
          <g key={share}>
            <line x1={left} x2={width} y1={y(top * share)} y2={y(top * share)} className="figure-line" />
            <text x={left - 6} y={y(top * share) + 4} textAnchor="end" className="figure-label">{number(top * share, { maximumFractionDigits: 1, notation: 'compact' })}</text>
          </g>
        ))}
        {rows.map((row, n) => {
          let under = 0;
          return (
            <g key={row.at}>
              <title>{`${row.at}: ${parts.map((part) => `${part.name} ${row.values[part.key] ?? 0}`).join(', ')}`}</title>
              <rect x={left + n * step} y={above} width={step} height={height - above - below} fill="transparent" />
              {parts.map((part) => {
                const value = row.values[part.key] ?? 0;
                const bar = <rect key={part.key} x={left + n * step + (step - wide) / 2} y={y(under + value)} width={wide} height={Math.max(y(under) - y(under + value), 0)} fill={part.colour} />;
                under += value;
                return bar;
              })}
              {n % marks === 0 && <text x={left + n * step + step / 2} y={height - 8} textAnchor="middle" className="figure-label">{row.at}</text>}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

// One bar a row, parts beside one another; from the side where reading begins.
export function Bars({ label, rows, parts }: { label: string; rows: { name: ReactNode; values: Record<string, number>; ltr?: boolean }[]; parts: Part[] }) {
  const { number } = useText();
  const sum = (values: Record<string, number>) => parts.reduce((all, part) => all + (values[part.key] ?? 0), 0);
  const top = Math.max(1, ...rows.map((row) => sum(row.values)));
  return (
    <div role="img" aria-label={label} className="figure-bars">
      {rows.map((row, n) => (
        <div key={n} className="figure-bar" title={parts.map((part) => `${part.name} ${row.values[part.key] ?? 0}`).join(', ')}>
          <span className="figure-name"><bdi dir={row.ltr ? 'ltr' : undefined}>{row.name}</bdi></span>
          <span className="figure-track">
            {parts.map((part) => <i key={part.key} style={{ inlineSize: `${((row.values[part.key] ?? 0) / top) * 100}%`, background: part.colour }} />)}
          </span>
          <span className="figure-sum">{number(sum(row.values))}</span>
        </div>
      ))}
    </div>
  );
}
