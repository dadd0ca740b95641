import { IconUsersGroup } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/access', permission: 'access.view', element: lazy(() => import('./Colleagues')), nav: { order: 90, textKey: 'access.nav', icon: IconUsersGroup } },
  { path: '/access/staff/:id', permission: 'access.view', element: lazy(() => import('./Colleague')) },
  { path: '/access/roles', permission: 'access.view', element: lazy(() => import('./Roles')) },
  { path: '/access/reviews', permission: 'access.view', element: lazy(() => import('./Reviews')) },
  { path: '/access/me', element: lazy(() => import('./OwnSessions')) },
];
