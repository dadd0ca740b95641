import { IconClipboardCheck } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/cases', permission: 'cases.view', element: lazy(() => import('./Queue')), nav: { order: 10, textKey: 'cases.nav', icon: IconClipboardCheck, waiting: 'cases' } },
  { path: '/cases/bulk/:job', permission: 'cases.bulk', element: lazy(() => import('./Outcomes')) },
  { path: '/cases/:id', permission: 'cases.view', element: lazy(() => import('./Case')) },
];
