import { IconMessages } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

export const pages: PageEntry[] = [
  { path: '/tickets', permission: 'tickets.view', element: lazy(() => import('./Tickets')), nav: { order: 40, textKey: 'tickets.nav', icon: IconMessages, waiting: 'tickets' } },
  { path: '/tickets/new', permission: 'tickets.answer', element: lazy(() => import('./TakeDown')) },
  { path: '/tickets/:id', permission: 'tickets.view', element: lazy(() => import('./Ticket')) },
];
