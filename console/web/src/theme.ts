// Colours, sizes and letters. Text on any of its grounds has the contrast that WCAG 2.2 AA asks for.
import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'lake',
  primaryShade: 7,
  colors: {
    // Filled, the seventh stands behind white letters: 4.5 to 1 at least.
    red: ['#fff5f5', '#ffe3e3', '#ffc9c9', '#ffa8a8', '#ff8787', '#ff6b6b', '#fa5252', '#c92a2a', '#b02525', '#8f1d1d'],
    lake: ['#e8f6f8', '#d3eaee', '#a5d5dd', '#73bfcb', '#4dadbc', '#33a1b3', '#1f8a9b', '#0b6374', '#0a5766', '#064955'],
  },
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans Arabic", "Noto Naskh Arabic", sans-serif',
  headings: { fontFamily: 'inherit', fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.15rem' }, h3: { fontSize: '1rem' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  autoContrast: true,
});

const dark: Record<string, string> = {
  yellow: '#6b4a00', orange: '#8a3b00', green: '#1c5f2b', teal: '#06573f', lime: '#3f5c05', cyan: '#0a5766', lake: '#0a4f5c',
  red: '#a01c1c', pink: '#94194f', grape: '#7a2391', violet: '#5030a8', indigo: '#2b48a8', blue: '#114f8f', gray: '#343a40',
};

export const variables: CSSVariablesResolver = () => ({
  variables: { '--touch': '2.75rem' },
  light: {
    '--mantine-color-dimmed': '#4b5560',
    '--mantine-color-placeholder': '#5c6670',
    '--mantine-color-error': '#a01c1c',
    '--mantine-color-body': '#ffffff',
    '--ground': '#f4f6f7',
    '--line': '#dde3e6',
    '--nav': '#ffffff',
    ...Object.fromEntries(Object.entries(dark).flatMap(([hue, text]) => [
      [`--mantine-color-${hue}-light-color`, text],
      [`--mantine-color-${hue}-text`, text],
      [`--mantine-color-${hue}-outline`, text],
    ])),
    '--mantine-color-anchor': '#0a5766',
  },
  dark: {
    '--mantine-color-dimmed': '#b4bcc4',
    '--mantine-color-placeholder': '#98a2ab',
    '--mantine-color-error': '#ff9d9d',
    '--mantine-color-body': '#1b2125',
    '--ground': '#13181b',
    '--line': '#343d43',
    '--nav': '#171d20',
    '--mantine-color-anchor': '#73bfcb',
    ...Object.fromEntries(Object.keys(dark).map((hue) => [`--mantine-color-${hue}-text`, `var(--mantine-color-${hue}-3)`])),
  },
});
