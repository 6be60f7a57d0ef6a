import { purgeChannels } from '#shared/tags/purgeChannels.ts';
import { type MarkPlace, markLayout } from '../markLayout.ts';
import { CLI, SHELL_NOW } from '../markShell.ts';
import { readChannels, readHashMark, readRedisTimeMs } from '../readMark.ts';
import { msOfTicks, ticksOfMs } from './dotnetTicks.ts';

const MARK_LIFE_MS = 864_000_000;
const MESSAGE_SET = 1;
const SENDER_ID = 'cachescope-purge-by-hand';

const OPAQUE =
  'The mark is written by a binary serialiser of the application, which cannot be imitated from outside. Call RemoveByTagAsync in the application.';

/**
 * FusionCache 2 over StackExchange.Redis: `{instance}v2:{prefix}__fc:t:{tag}`, a hash whose `data` is an entry that holds the
 * ticks of the last invalidation. Only a mark that stands tells the serialiser: JSON with the names of System.Text.Json or of
 * Newtonsoft can be written, anything else not. Written as its `SetTagInternalAsync` does.
 */
export const fusionCache = markLayout({
  id: 'fusionCache',
  name: 'FusionCache',
  markType: 'hash',
  refusal: null,
  reach:
    'Services are told by their backplane; those without one take the old mark from memory until it expires there.',
  async read(connection, place) {
    const fields = await readHashMark(connection, place.tagKey);
    const data = fields?.get('data');
    if (data === undefined || fields?.has('absexp') !== true) return null;
    const entry = parseEntry(data);
    if (entry === null) {
      return { state: { kind: 'opaque' }, refusal: OPAQUE, prepare: () => Promise.reject(new Error(OPAQUE)) };
    }
    return {
      state: { kind: 'time', atMs: msOfTicks(entry.ticks) },
      async prepare(target) {
        const nowMs = await readRedisTimeMs(target);
        const now = ticksOfMs(nowMs);
        const ticks = now > entry.ticks ? now : entry.ticks;
        const end = ticksOfMs(nowMs + MARK_LIFE_MS);
        const channels = await readChannels(target, purgeChannels.fusionCache);
        const message = backplaneMessage(place, ticks);
        return {
          mark: ['HSET', place.tagKey, 'data', entry.textAt(ticks, end), 'absexp', String(end)],
          after: [
            ['PEXPIREAT', place.tagKey, nowMs + MARK_LIFE_MS],
            ...channels.map((channel) => ['PUBLISH', channel, message] as const),
          ],
          async isDone(again) {
            const found = (await readHashMark(again, place.tagKey))?.get('data');
            const written = found === undefined ? null : parseEntry(found);
            return written !== null && written.ticks >= ticks;
          },
        };
      },
    };
  },
  shellLines: (place, quote) => [
    '# Reads only: the mark. Go on only if it is JSON; the names of its fields are kept.',
    `${CLI} HGET ${quote(place.tagKey)} data`,
    '# Makes old what is stored with the tag up to now (bash).',
    SHELL_NOW,
    'ticks=$((621355968000000000 + now * 10000)); end=$((ticks + 8640000000000))',
    `data=$(${CLI} --raw HGET ${quote(place.tagKey)} data | sed -E "s/\\"(Value|v|Timestamp|t)\\":[0-9]+/\\"\\1\\":$ticks/g; s/\\"(LogicalExpirationTimestamp|l)\\":[0-9]+/\\"\\1\\":$end/")`,
    `${CLI} HSET ${quote(place.tagKey)} data "$data" absexp "$end" && ${CLI} PEXPIRE ${quote(place.tagKey)} ${MARK_LIFE_MS}`,
    '# Services that hold the mark in memory are not told by these lines: the message of a backplane is binary and holds the time.',
  ],
});

interface TagEntry {
  readonly ticks: bigint;
  /** The same entry with another time; its other fields stay as the application writes them. */
  textAt(ticks: bigint, end: bigint): string;
}

/** Numbers of 18 digits are no numbers of JavaScript: the text is changed in place. */
function parseEntry(data: Buffer): TagEntry | null {
  const text = data.toString('utf8');
  const [, digits] = /^\{(?=.*"(?:Timestamp|t)":).*?"(?:Value|v)":(\d{18,19})[,}]/s.exec(text) ?? [];
  if (digits === undefined) return null;
  return {
    ticks: BigInt(digits),
    textAt: (ticks, end) =>
      text
        .replace(/"(Value|v|Timestamp|t)":\d+/g, (_, name: string) => `"${name}":${ticks}`)
        .replace(/"(LogicalExpirationTimestamp|l)":\d+/, (_, name: string) => `"${name}":${end}`),
  };
}

/** BackplaneMessage.ToByteArray: version, sender, ticks, action, key without the instance's name and the version. */
function backplaneMessage({ prefix, tag }: MarkPlace, ticks: bigint): Buffer {
  const cachePrefix = prefix.replace(/^.*?v2:/s, '');
  const key = Buffer.from(`${cachePrefix}__fc:t:${tag}`, 'latin1');
  const time = Buffer.alloc(8);
  time.writeBigInt64LE(ticks);
  return Buffer.concat([
    Buffer.from([0]),
    lengthOf(SENDER_ID.length),
    Buffer.from(SENDER_ID),
    time,
    Buffer.from([MESSAGE_SET]),
    lengthOf(key.length),
    key,
  ]);
}

function lengthOf(count: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32LE(count);
  return length;
}
