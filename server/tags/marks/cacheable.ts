import { markLayout } from './markLayout.ts';
import { CLI } from './markShell.ts';
import { readStringMark } from './readMark.ts';

/**
 * cacheable 2 with `tags: true`: `--cacheable--tags--:{namespace}:tag:{tag}`, a counter, behind the prefixes of Keyv; entries
 * remember its value. The library too reads it and writes one more, in two steps.
 */
export const cacheable = markLayout({
  id: 'cacheable',
  name: 'cacheable',
  markType: 'string',
  refusal: null,
  reach: 'Every read compares the counter, also for entries in memory: running services miss at once.',
  async read(connection, place) {
    const bytes = await readStringMark(connection, place.tagKey);
    if (bytes === null) return null;
    const count = bytes === 'absent' ? 0 : parseCount(bytes);
    if (count === null) return null;
    return {
      state: bytes === 'absent' ? { kind: 'absent' } : { kind: 'counter', count },
      async prepare() {
        return {
          mark: ['SET', place.tagKey, JSON.stringify({ value: count + 1 })],
          after: [],
          async isDone(again) {
            const found = await readStringMark(again, place.tagKey);
            return Buffer.isBuffer(found) && (parseCount(found) ?? 0) > count;
          },
        };
      },
    };
  },
  shellLines: (place, quote) => [
    '# Reads only: how often the tag was invalidated.',
    `${CLI} GET ${quote(place.tagKey)}`,
    '# Makes old what is stored with the tag (bash).',
    `count=$(${CLI} --raw GET ${quote(place.tagKey)} | tr -dc 0-9)`,
    `printf '{"value":%s}' "$((\${count:-0} + 1))" | ${CLI} -x SET ${quote(place.tagKey)}`,
  ],
});

function parseCount(bytes: Buffer): number | null {
  const [, digits] = /^\{"value":(\d{1,15})\}$/.exec(bytes.toString('latin1')) ?? [];
  return digits === undefined ? null : Number(digits);
}
