import { IconListCheck } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/lists', permission: 'lists.view', element: lazy(() => import('./Lists')), nav: { order: 30, textKey: 'lists.nav', icon: IconListCheck, waiting: 'lists_release' } },
  { path: '/lists/new', permission: 'lists.load', element: lazy(() => import('./NewList')) },
  { path: '/lists/:id', permission: 'lists.view', element: lazy(() => import('./List')) },
];
