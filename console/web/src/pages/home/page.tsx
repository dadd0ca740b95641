import { IconHome } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/', element: lazy(() => import('./Home')), nav: { order: 0, textKey: 'home.nav', icon: IconHome } },
  { path: '/password', element: lazy(() => import('./Password')) },
];
