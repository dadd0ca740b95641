import { IconSpeakerphone } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/notices', permission: 'notices.view', element: lazy(() => import('./Notices')), nav: { order: 50, textKey: 'notices.nav', icon: IconSpeakerphone, waiting: 'notices_release' } },
  { path: '/notices/new', permission: 'notices.write', element: lazy(() => import('./NewNotice')) },
  { path: '/notices/:id', permission: 'notices.view', element: lazy(() => import('./Notice')) },
];
