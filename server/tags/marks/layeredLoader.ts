import { parseInteger } from '../parseReplies.ts';
import { countedShellLines, readCountedMark } from './countedMark.ts';
import { markLayout } from './markLayout.ts';
import { CLI } from './markShell.ts';
import { readRedisTimeMs } from './readMark.ts';

/**
 * A counter that expires starts at 0 again, and with it what is left of the first generation. The library starts its TTL anew at
 * a purge; how long that is stands nowhere in Redis. Ours: longer than entries of a cache usually live.
 */
const LEAST_LIFE_MS = 86_400_000;

/**
 * Groups of layered-loader: `{prefix}:group-index:{group}`, the generation, which the keys of entries hold. Where there is none,
 * nothing of the group is cached.
 */
export const layeredLoader = markLayout({
  id: 'layeredLoader',
  name: 'layered-loader',
  markType: 'string',
  refusal: null,
  reach:
    'Services serve what they hold in memory until it expires: the channel that would tell them has a name that the application chose.',
  async read(connection, place) {
    const read = await readCountedMark(connection, place, async (target) => {
      const leftMs = parseInteger(await target.send('PTTL', place.tagKey)) ?? -1;
      const isShort = leftMs >= 0 && leftMs < LEAST_LIFE_MS;
      return isShort ? [['PEXPIREAT', place.tagKey, (await readRedisTimeMs(target)) + LEAST_LIFE_MS]] : [];
    });
    return read?.state.kind === 'absent' ? null : read;
  },
  shellLines: (place, quote) => [
    ...countedShellLines(place, quote),
    '# A counter that expires brings old entries back: one with a TTL gets a day.',
    `[ "$(${CLI} PTTL ${quote(place.tagKey)})" -lt 0 ] || ${CLI} PEXPIRE ${quote(place.tagKey)} ${LEAST_LIFE_MS}`,
  ],
});
