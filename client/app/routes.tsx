import { lazyRouteComponent } from '@tanstack/react-router';
import { Database, Gauge, type LucideIcon } from 'lucide-react';

export interface PageRoute {
  /** One level deep, so that the page works under any path of a proxy. */
  readonly path: string;
  readonly title: string;
  readonly component: ReturnType<typeof lazyRouteComponent>;
  /** Its place in the navigation; absent = reached from another page. */
  readonly place?: {
    readonly group: 'Cache' | 'Redis' | 'Record';
    readonly icon: LucideIcon;
    /** Second key after `g`. */
    readonly key: string;
  };
}

/** One line a page. */
export const routes: readonly PageRoute[] = [
  {
    path: '/',
    title: 'Overview',
    component: lazyRouteComponent(() => import('#client/features/overview/OverviewView.tsx'), 'OverviewView'),
    place: { group: 'Cache', icon: Gauge, key: 'o' },
  },
  {
    path: '/nodes',
    title: 'Nodes',
    component: lazyRouteComponent(() => import('#client/features/nodes/NodesView.tsx'), 'NodesView'),
    place: { group: 'Redis', icon: Database, key: 'n' },
  },
];
