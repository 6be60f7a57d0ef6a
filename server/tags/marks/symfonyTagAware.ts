import { markLayout } from './markLayout.ts';
import { CLI } from './markShell.ts';
import { readStringMark } from './readMark.ts';

/** A version is a number (before 6.1) or 6 random bytes, serialised by PHP or igbinary; more is another thing. */
const MAX_VERSION_BYTES = 64;

/**
 * Symfony's TagAwareAdapter on a plain Redis pool: `{namespace}{tag}` and the marker, a random version that entries remember. Gone,
 * the next reader draws another. Nothing tagged stands where there is none.
 */
export const symfonyTagAware = markLayout({
  id: 'symfonyTagAware',
  name: 'Symfony TagAware',
  markType: 'string',
  refusal: null,
  reach: 'A process that has just read the version of the tag keeps it for 0.15 s.',
  async read(connection, place) {
    const version = await readStringMark(connection, place.tagKey);
    if (version === null || version === 'absent' || version.length > MAX_VERSION_BYTES) return null;
    return {
      state: { kind: 'version' },
      async prepare() {
        return {
          mark: ['UNLINK', place.tagKey],
          after: [],
          async isDone(again) {
            const found = await readStringMark(again, place.tagKey);
            // A reader may have drawn the next version meanwhile.
            return !Buffer.isBuffer(found) || !found.equals(version);
          },
        };
      },
    };
  },
  shellLines: (place, quote) => [
    '# Makes old what is stored with the tag: the next reader draws another version.',
    `${CLI} UNLINK ${quote(place.tagKey)}`,
  ],
});
