// The pages, found by their folders: pages/<subject>/page.tsx exports `pages`. Its element is lazy, so that each page is a
// chunk of its own; icons and paths are in the first load.
import type { ComponentType, LazyExoticComponent } from 'react';

export interface PageEntry {
  path: string; // "/cases", "/cases/:id"
  permission?: string | string[]; // any of these opens it; none: whoever is signed in
  element: LazyExoticComponent<ComponentType> | ComponentType;
  nav?: {
    order: number; // home 0, cases 10, people 20, lists 30, tickets 40, notices 50, words 60, figures 70, audit 80, access 90, jobs 95
    textKey: string; // "cases.nav"
    icon: ComponentType<{ size?: number | string; stroke?: number | string }>;
    waiting?: string; // a queue of GET /waiting whose count stands beside the name
  };
}

const found = import.meta.glob<{ pages: PageEntry[] }>('./*/page.tsx', { eager: true });

export const allPages: PageEntry[] = Object.values(found).flatMap((module) => module.pages);
export const navPages = allPages.filter((page) => page.nav).sort((a, b) => (a.nav?.order ?? 0) - (b.nav?.order ?? 0));

export function opens(page: PageEntry, may: (permission: string) => boolean): boolean {
  if (!page.permission) return true;
  return (Array.isArray(page.permission) ? page.permission : [page.permission]).some(may);
}
