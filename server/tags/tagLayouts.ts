import { nextHeldTags } from './hashes/nextHeldTags.ts';
import { asyncCacheDedupe } from './layouts/asyncCacheDedupe.ts';
import { cacheops } from './layouts/cacheops.ts';
import { cashews } from './layouts/cashews.ts';
import { cmCache } from './layouts/cmCache.ts';
import { gocache } from './layouts/gocache.ts';
import { laravel } from './layouts/laravel.ts';
import { magento } from './layouts/magento.ts';
import { simple } from './layouts/simple.ts';
import { symfonyRedis } from './layouts/symfonyRedis.ts';
import { typo3 } from './layouts/typo3.ts';
import { laravelReferences } from './references/laravelReferences.ts';
import { undiciCache } from './taggedNames/undiciCache.ts';
import type { TagLayout } from './tagLayout.ts';

/** Every layout that can be listed and purged; where a name fits several, the first whose type stands there has it. */
export const tagLayouts: readonly TagLayout[] = [
  symfonyRedis,
  cmCache,
  magento,
  typo3,
  gocache,
  cashews,
  laravel,
  simple,
  cacheops,
  asyncCacheDedupe,
  nextHeldTags,
  undiciCache,
  laravelReferences,
];
