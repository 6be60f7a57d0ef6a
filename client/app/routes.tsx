import type { QueryClient } from '@tanstack/react-query';
import { lazyRouteComponent } from '@tanstack/react-router';
import {
  Antenna,
  Database,
  Eraser,
  Flame,
  Gauge,
  History,
  Hourglass,
  KeyRound,
  LayoutList,
  type LucideIcon,
  Megaphone,
  ShieldHalf,
  Tags,
} from 'lucide-react';
import { overviewQuery } from '#client/features/overview/overviewQuery.ts';
import { patternsQuery } from '#client/features/patterns/patternsQuery.ts';
import type { TrpcQueries } from '#client/lib/api/trpcQueries.ts';
import type { PageSearch } from '#client/lib/urlState.ts';

/** What a page may ask with before its script has come. */
export interface PageQueries {
  readonly queryClient: QueryClient;
  readonly trpc: TrpcQueries;
}

export interface PageRoute {
  /** One level deep, so that the page works under any path of a proxy. */
  readonly path: string;
  readonly title: string;
  readonly component: ReturnType<typeof lazyRouteComponent>;
  /** Asks what the page will ask, while its script is on the way; absent = its first answer is small. */
  readonly prefetch?: (queries: PageQueries, search: PageSearch) => Promise<void>;
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
    prefetch: ({ queryClient, trpc }, search) => queryClient.prefetchQuery(overviewQuery(trpc, search)),
    place: { group: 'Cache', icon: Gauge, key: 'o' },
  },
  {
    path: '/patterns',
    title: 'Patterns',
    component: lazyRouteComponent(() => import('#client/features/patterns/PatternsView.tsx'), 'PatternsView'),
    prefetch: ({ queryClient, trpc }, search) => queryClient.prefetchQuery(patternsQuery(trpc, search)),
    place: { group: 'Cache', icon: LayoutList, key: 'p' },
  },
  {
    path: '/pattern',
    title: 'Pattern',
    component: lazyRouteComponent(
      () => import('#client/features/patterns/detail/PatternDetailView.tsx'),
      'PatternDetailView',
    ),
  },
  {
    path: '/ttl',
    title: 'TTL',
    component: lazyRouteComponent(() => import('#client/features/ttl/TtlView.tsx'), 'TtlView'),
    place: { group: 'Cache', icon: Hourglass, key: 'l' },
  },
  {
    path: '/tags',
    title: 'Tags',
    component: lazyRouteComponent(() => import('#client/features/tags/TagsView.tsx'), 'TagsView'),
    place: { group: 'Cache', icon: Tags, key: 't' },
  },
  {
    path: '/tag',
    title: 'Tag',
    component: lazyRouteComponent(
      () => import('#client/features/tags/detail/TagDetailView.tsx'),
      'TagDetailView',
    ),
  },
  {
    path: '/purge',
    title: 'Purge',
    component: lazyRouteComponent(() => import('#client/features/purge/PurgeView.tsx'), 'PurgeView'),
    place: { group: 'Cache', icon: Eraser, key: 'u' },
  },
  {
    path: '/keys',
    title: 'Keys',
    component: lazyRouteComponent(() => import('#client/features/keys/KeysView.tsx'), 'KeysView'),
    place: { group: 'Cache', icon: KeyRound, key: 'k' },
  },
  {
    path: '/key',
    title: 'Key',
    component: lazyRouteComponent(() => import('#client/features/keys/inspect/KeyView.tsx'), 'KeyView'),
  },
  {
    path: '/sources',
    title: 'Sources',
    component: lazyRouteComponent(() => import('#client/features/sources/SourcesView.tsx'), 'SourcesView'),
    place: { group: 'Cache', icon: Antenna, key: 's' },
  },
  {
    path: '/resilience',
    title: 'Resilience',
    component: lazyRouteComponent(
      () => import('#client/features/resilience/ResilienceView.tsx'),
      'ResilienceView',
    ),
    place: { group: 'Cache', icon: ShieldHalf, key: 'r' },
  },
  {
    path: '/warming',
    title: 'Warming',
    component: lazyRouteComponent(() => import('#client/features/warming/WarmingView.tsx'), 'WarmingView'),
    place: { group: 'Cache', icon: Flame, key: 'w' },
  },
  {
    path: '/invalidation',
    title: 'Invalidation',
    component: lazyRouteComponent(
      () => import('#client/features/invalidation/InvalidationView.tsx'),
      'InvalidationView',
    ),
    place: { group: 'Cache', icon: Megaphone, key: 'i' },
  },
  {
    path: '/nodes',
    title: 'Nodes',
    component: lazyRouteComponent(() => import('#client/features/nodes/NodesView.tsx'), 'NodesView'),
    place: { group: 'Redis', icon: Database, key: 'n' },
  },
  {
    path: '/audit',
    title: 'Audit',
    component: lazyRouteComponent(() => import('#client/features/audit/AuditView.tsx'), 'AuditView'),
    place: { group: 'Record', icon: History, key: 'a' },
  },
  {
    path: '/users',
    title: 'Users',
    component: lazyRouteComponent(() => import('#client/features/users/UsersView.tsx'), 'UsersView'),
  },
];
