import { purgeChannels } from '#shared/tags/purgeChannels.ts';
import { type MarkPlace, markLayout } from './markLayout.ts';
import { CLI, SHELL_NOW, shellPublish } from './markShell.ts';
import { readChannels, readRedisTimeMs, readStringMark } from './readMark.ts';

const MARK_LIFE_MS = 864_000_000;
/** As long as the library's own ids; no instance has it, so that all take the message. */
const SENDER_ID = 'cachescope-purge-by-hand';
const MESSAGE_SET = 1;

/**
 * bentocache 1: `{prefix}:___bc:t:{tag}`, the time of the last invalidation, ms; entries stored up to then are misses. Written as
 * `TagSystem.createTagInvalidations` does. Of two writers the last wins, as between its own instances.
 */
export const bentocache = markLayout({
  id: 'bentocache',
  name: 'bentocache',
  markType: 'string',
  refusal: null,
  reach:
    'Services that hold entries in memory as well are told by their bus; those without a bus serve what they hold until it expires.',
  async read(connection, place) {
    const bytes = await readStringMark(connection, place.tagKey);
    if (bytes === null) return null;
    const atMs = bytes === 'absent' ? null : parseTime(bytes);
    if (bytes !== 'absent' && atMs === null) return null;
    return {
      state: atMs === null ? { kind: 'absent' } : { kind: 'time', atMs },
      async prepare(target) {
        const nowMs = await readRedisTimeMs(target);
        // A clock behind those of the services would take back what they invalidated.
        const valueMs = Math.max(nowMs, atMs ?? 0);
        const channels = await readChannels(target, purgeChannels.bentocache);
        const message = busMessage(place);
        return {
          mark: ['SET', place.tagKey, markText(valueMs, nowMs), 'PX', MARK_LIFE_MS],
          after: channels.map((channel) => ['PUBLISH', channel, message] as const),
          async isDone(again) {
            const found = await readStringMark(again, place.tagKey);
            return Buffer.isBuffer(found) && (parseTime(found) ?? 0) >= valueMs;
          },
        };
      },
    };
  },
  shellLines: (place, quote) => [
    '# Reads only: when the tag was last invalidated.',
    `${CLI} GET ${quote(place.tagKey)}`,
    '# Makes old what is stored with the tag up to now (bash).',
    SHELL_NOW,
    `printf '{"value":%s,"logicalExpiration":%s,"tags":[],"createdAt":%s}' "$now" "$((now + ${MARK_LIFE_MS}))" "$now" |\n` +
      `  ${CLI} -x SET ${quote(place.tagKey)} && ${CLI} PEXPIRE ${quote(place.tagKey)} ${MARK_LIFE_MS}`,
    '# Tells services that hold entries in memory.',
    shellPublish(purgeChannels.bentocache, busMessage(place)),
  ],
});

function markText(valueMs: number, nowMs: number): string {
  return JSON.stringify({
    value: valueMs,
    logicalExpiration: nowMs + MARK_LIFE_MS,
    tags: [],
    createdAt: nowMs,
  });
}

function parseTime(bytes: Buffer): number | null {
  const [, digits] = /^\{"value":(\d{1,15}),"logicalExpiration":\d+,/.exec(bytes.toString('latin1')) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** bentocache's BinaryEncoder: sender, kind, namespace (which is the prefix), keys without the prefix. */
function busMessage({ prefix, tag }: MarkPlace): Buffer {
  const parts = [prefix, `___bc:t:${tag}`].map((text) => Buffer.from(text, 'latin1'));
  return Buffer.concat([
    Buffer.from(SENDER_ID),
    Buffer.from([MESSAGE_SET]),
    ...parts.flatMap((bytes) => [lengthOf(bytes), bytes]),
  ]);
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
