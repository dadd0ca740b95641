import { IconListSearch } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/audit', permission: 'audit.view', element: lazy(() => import('./Audit')), nav: { order: 80, textKey: 'audit.nav', icon: IconListSearch } },
];
