import { IconUserSearch } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/people', permission: 'people.search', element: lazy(() => import('./People')), nav: { order: 20, textKey: 'people.nav', icon: IconUserSearch } },
  { path: '/people/openings', permission: 'people.review', element: lazy(() => import('./Openings')) },
  { path: '/people/verifications', permission: 'people.attach_number', element: lazy(() => import('./Verifications')) },
  { path: '/people/:id', permission: 'people.view', element: lazy(() => import('./Person')) },
];
