import { IconChartBar } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/figures', permission: 'statistics.view', element: lazy(() => import('./Figures')), nav: { order: 70, textKey: 'figures.nav', icon: IconChartBar } },
];
