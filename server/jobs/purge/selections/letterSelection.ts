import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { type LetterEntry, letterField, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { AppError } from '#shared/errorCodes.ts';
import { parseOpenKey } from '#shared/keys/openKey.ts';
import { formatKey } from '#shared/keyText.ts';
import { letterStreamKey } from '#shared/letters/letterStreams.ts';
import { SIMPLE_LAYOUT, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import { keySelection } from './keySelection.ts';
import { openTagIndex } from './openTagIndex.ts';
import { namePatternSelection } from './scanSelection.ts';
import type { Selection } from './selection.ts';
import { openTagSelection } from './tagSelection.ts';

type LetterAsked = Extract<PurgeSelection, { by: 'letter' }>;

export interface LetterParts {
  readonly clock: Clock;
  /** Start of the key names of a service; null = it is not known. */
  readonly prefixOf: (service: string) => string | null;
}

/** What a letter names, under the prefix of its service. */
interface Named {
  readonly target: Buffer;
  readonly prefix: string;
  readonly clock: Clock;
}

/**
 * What an invalidation names that a service gave up: its key, the entries of its tag, or the keys of its pattern. The name goes from
 * Redis into the selection as bytes, and no browser has to hold it. Throws `AppError` notFound when the letter, or what it names, is
 * gone, badInput for one of a namespace; `RedisFault`. Cost: XRANGE of one entry, and what the selection reads.
 */
export async function openLetterSelection(
  connection: RedisConnection,
  { service, id }: LetterAsked,
  { clock, prefixOf }: LetterParts,
): Promise<Selection> {
  const prefix = prefixOf(service);
  if (prefix === null) throw new AppError('notFound', `No service ${service} is known here (any more).`);
  const key = letterStreamKey({ queue: 'invalidations', service }, prefix);
  const [letter] = parseLetterEntries(await connection.send('XRANGE', key, id, id, 'COUNT', 1));
  const target = letter === undefined ? null : letterField(letter, 'target');
  if (letter === undefined || target === null)
    throw new AppError('notFound', 'This letter is gone: it was dropped or trimmed. Nothing to purge.');
  const kind = letterField(letter, 'kind')?.toString('utf8') ?? '';
  const selection = await selectionOf(connection, kind, { target, prefix, clock });
  return {
    ...selection,
    ...wishOf(letter),
    leaves: `The dead letter ${id} of ${service} stays in its list until it is dropped.`,
  };
}

/** As the library does it (cache/invalidate/invalidator.ts). */
async function selectionOf(connection: RedisConnection, kind: string, named: Named): Promise<Selection> {
  switch (kind) {
    case 'key':
      return keySelection([formatKey(await nameNow(connection, named))]);
    case 'tag':
      return tagSelectionOf(connection, named);
    case 'pattern':
      return namePatternSelection(named.target, named.clock);
    case 'version':
      throw new AppError(
        'badInput',
        `It raises the version of the namespace ${formatKey(named.target)}, which makes older entries unreachable without naming one. Let the service do it again (invalidateNamespace), or purge the patterns of its families; then drop the letter.`,
      );
    default:
      throw new AppError(
        'badInput',
        `The letter is of the kind "${kind}", which this release does not know. Look at what it carries, and purge that.`,
      );
  }
}

/** A key whose version its service did not know has the name that its namespace gives it now. */
async function nameNow(connection: RedisConnection, { target, prefix }: Named): Promise<Buffer> {
  const open = parseOpenKey(target.toString('latin1'));
  if (open === null) return target;
  const version = await connection.send('GET', ownKeyName(prefix, `version:${open.namespace}`));
  if (version === null) {
    throw new AppError(
      'notFound',
      `The namespace ${open.namespace} has no version in Redis (any more), so that no entry of it can be reached. Nothing to purge; drop the letter.`,
    );
  }
  return Buffer.from(`${open.base}:v${String(version)}`, 'latin1');
}

async function tagSelectionOf(
  connection: RedisConnection,
  { target, prefix, clock }: Named,
): Promise<Selection> {
  const tag = {
    layout: SIMPLE_LAYOUT,
    tagKey: formatKey(Buffer.concat([Buffer.from(tagKeyName(prefix, '')), target])),
  };
  if ((await openTagIndex(connection, tag)) !== null) return openTagSelection(connection, tag, clock);
  throw new AppError(
    'notFound',
    `Redis lists no entry under the tag ${formatKey(target)} (any more). Nothing to purge; drop the letter.`,
  );
}

/** Undefined where the letter does not say, as that of another program may not. */
function wishOf(letter: LetterEntry): Pick<Selection, 'wish'> {
  const mode = letterField(letter, 'mode')?.toString('utf8');
  if (mode === 'soft')
    return { wish: { method: { how: 'soft' }, why: 'The service asked to have it marked as stale.' } };
  if (mode === 'hard')
    return { wish: { method: { how: 'now' }, why: 'The service asked to have it removed.' } };
  return {};
}
