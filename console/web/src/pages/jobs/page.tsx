import { IconProgressCheck } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/jobs', element: lazy(() => import('./Jobs')), nav: { order: 95, textKey: 'jobs.nav', icon: IconProgressCheck } },
];
