import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseScanPage, type ScanPage } from '#server/tags/parseReplies.ts';
import { MAX_GLOB_BYTES } from '#shared/acting/purgeLimits.ts';
import { AppError } from '#shared/errorCodes.ts';
import { isReservedName } from '#shared/keys/isReservedName.ts';
import { keyMatcher, literalStart, redisGlob } from '#shared/keys/namePattern.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';
import { escapeGlob } from './escapeGlob.ts';
import { CLI, removeValuesOnly } from './plainRemoval.ts';
import { KEYS_PER_STEP, scanPace } from './scanPace.ts';
import { type Selection, unconditional } from './selection.ts';

/** Keys that a glob of Redis matches, as Redis matches them. Throws `AppError` badInput for one that no name fits, or too long. */
export function globSelection(globText: string, clock: Clock): Selection {
  const glob = Buffer.from(parseKey(globText));
  if (glob.length > MAX_GLOB_BYTES) {
    throw new AppError(
      'badInput',
      `A glob has at most ${MAX_GLOB_BYTES} bytes; this one has ${glob.length}.`,
    );
  }
  const shown = formatKey(glob);
  return scanSelection({
    clock,
    glob,
    accepts: () => true,
    words: `matching ${shown}`,
    subject: `keys ${shown}`,
    shellNote: [],
  });
}

/** Keys of a pattern as the page names it. Throws `AppError` badInput for `other`, which is no form of a name. */
export function patternSelection(
  pattern: string,
  { clock, patternOf }: { readonly clock: Clock; readonly patternOf: (keyText: string) => string },
): Selection {
  if (pattern === OTHER_PATTERN) {
    const text = `"${OTHER_PATTERN}" gathers what is past the limit of patterns. Purge by a glob instead.`;
    throw new AppError('badInput', text);
  }
  const isWholeName = !pattern.includes('{');
  const literal = escapeGlob(Buffer.from(parseKey(pattern.split('{', 1)[0] ?? '')));
  // A name that is longer than a glob may be is found among all that begin as it does.
  const start = isWholeName ? literal : Buffer.concat([literal, Buffer.from('*')]);
  const glob = start.length <= MAX_GLOB_BYTES ? start : Buffer.from('*');
  return scanSelection({
    clock,
    glob,
    accepts: (key) => patternOf(formatKey(key)) === pattern,
    words: `of ${pattern}`,
    subject: `pattern ${pattern}`,
    onlyPattern: pattern,
    shellNote: isWholeName
      ? []
      : [`# Every name that begins so. Those of other patterns among them, the page leaves alone.`],
  });
}

/**
 * Keys that a pattern of cachescope/cache means (namePattern.ts), but for those of the tag index and of the library itself: as the
 * library invalidates by it. `pattern` is the whole one, with the start of the key names of its service.
 */
export function namePatternSelection(pattern: Buffer, clock: Clock): Selection {
  // Latin-1 shows each byte as one character, also where names are no UTF-8.
  const text = pattern.toString('latin1');
  const glob = Buffer.from(redisGlob(text), 'latin1');
  const start = Buffer.concat([escapeGlob(Buffer.from(literalStart(text), 'latin1')), Buffer.from('*')]);
  const isMeant = keyMatcher(text);
  const shown = formatKey(pattern);
  return scanSelection({
    clock,
    glob: [glob, start].find(({ length }) => length <= MAX_GLOB_BYTES) ?? Buffer.from('*'),
    accepts: (key) => {
      const name = key.toString('latin1');
      return !isReservedName(name) && isMeant(name);
    },
    words: `matching ${shown}`,
    subject: `keys ${shown}`,
    shellNote: ['# Every name that Redis finds so; the page leaves alone what the library keeps for itself.'],
  });
}

interface ScanParts extends Pick<Selection, 'words' | 'subject' | 'onlyPattern'> {
  readonly clock: Clock;
  readonly glob: Buffer;
  readonly accepts: (key: Buffer) => boolean;
  readonly shellNote: readonly string[];
}

function scanSelection({ clock, glob, accepts, shellNote, ...named }: ScanParts): Selection {
  const waitTurn = scanPace(clock);
  const isAll = glob.toString('latin1') === '*';
  async function readKeys(connection: RedisConnection, cursor: string): Promise<ScanPage> {
    await waitTurn();
    const match = isAll ? [] : ['MATCH', glob];
    const page = parseScanPage(await connection.send('SCAN', cursor, ...match, 'COUNT', KEYS_PER_STEP));
    return { cursor: page.cursor, elements: page.elements.filter(accepts) };
  }
  return {
    ...named,
    isEasilyTooWide: true,
    ...unconditional,
    readCount: async () => null,
    readKeys: (connection, { cursor }) => readKeys(connection, cursor),
    ...removeValuesOnly,
    prepareShellCommands: (quote) => [
      ...shellNote,
      '# Reads only: some of them.',
      `${CLI} --scan --pattern ${quote(glob)} | head -20`,
      '# Removes them, 100 at a time. For names without line breaks; the page takes any bytes.',
      `${CLI} --scan --pattern ${quote(glob)} | tr '\\n' '\\0' | xargs -0 -r -n 100 ${CLI} UNLINK`,
    ],
  };
}
