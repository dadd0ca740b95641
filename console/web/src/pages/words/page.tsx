import { IconLanguage } from '@tabler/icons-react';
import { lazy } from 'react';
import type { PageEntry } from '../registry';

const permission = 'words.view';
export const pages: PageEntry[] = [
  { path: '/words', permission, element: lazy(() => import('./Texts')), nav: { order: 60, textKey: 'words.nav', icon: IconLanguage } },
  { path: '/words/texts/:language/:key', permission, element: lazy(() => import('./TextEditor')) },
  { path: '/words/menus', permission, element: lazy(() => import('./Menus')) },
  { path: '/words/menus/:file', permission, element: lazy(() => import('./MenuEditor')) },
  { path: '/words/draft', permission, element: lazy(() => import('./Draft')) },
  { path: '/words/versions', permission, element: lazy(() => import('./Versions')) },
];
