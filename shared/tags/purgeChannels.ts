import { invalidationChannel } from '#shared/control/invalidationMessage.ts';

/** Channels of Pub/Sub on which libraries tell each other's processes that a tag was purged, as globs of Redis. */
export const purgeChannels = {
  cachescope: `*${invalidationChannel('')}`,
  bentocache: 'bentocache.notifications*',
  fusionCache: '*.Backplane:v2',
  nextTurboRedis: '*:sync-channel:*',
} as const;

/** Whether a library of the above listens on channels of this name. */
export function isPurgeChannel(channel: string): boolean {
  return (
    channel.endsWith(invalidationChannel('')) ||
    /^bentocache\.notifications(?:$|:)/.test(channel) ||
    channel.endsWith('.Backplane:v2') ||
    /:sync-channel:(?:__sharedTags__|__revalidated_tags__|inMemoryDeduplicationCache|__cacheComponents_(?:sharedTags|revalidated_tags|inMemoryDeduplicationCache)__)$/.test(
      channel,
    )
  );
}
