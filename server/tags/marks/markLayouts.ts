import { bentocache } from './bentocache.ts';
import { cacheable } from './cacheable.ts';
import { cacheopsInsideout } from './cacheopsInsideout.ts';
import { fusionCache } from './dotnet/fusionCache.ts';
import { hybridCache } from './dotnet/hybridCache.ts';
import { drupal } from './drupal.ts';
import { layeredLoader } from './layeredLoader.ts';
import { symfonyTagAware } from './symfonyTagAware.ts';
import type { MarkLayout } from './tagMark.ts';

/** Every layout that invalidates by a mark; their names never fit two of them. */
export const markLayouts: readonly MarkLayout[] = [
  bentocache,
  cacheable,
  fusionCache,
  hybridCache,
  symfonyTagAware,
  drupal,
  layeredLoader,
  cacheopsInsideout,
];

/** The layout of an id; null when there is none. */
export function markLayoutOf(id: string): MarkLayout | null {
  return markLayouts.find((layout) => layout.id === id) ?? null;
}
