import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { type Capability, capabilities } from '../capabilities.ts';
import { keymissChannel } from '../probe/keymissChannel.ts';
import type { ConnectionRole } from '../redisConnection.ts';
import { aclWord } from './aclWord.ts';

export interface AclLineOptions {
  readonly user: string;
  readonly roles: readonly ConnectionRole[];
  /** Start of the cache's key names, taken literally; empty = every key. */
  readonly prefix: string;
  /** Any but 0 needs SELECT, which an ACL cannot limit to one database. */
  readonly database: number;
  /** Whether the user may call functions, of which the fence is one: an ACL cannot say which. */
  readonly isFenced?: boolean;
  /** Streams of events whose dead letters are read and replayed. @default that of the library */
  readonly eventStreams?: readonly string[];
}

/** The least ACL rule for a user of these roles, as a line of an ACL file or after `ACL SETUSER`. Redis 7 and later. */
export function aclLine({
  user,
  roles,
  prefix,
  database,
  isFenced = false,
  ...more
}: AclLineOptions): string {
  const eventStreams = (more.eventStreams ?? [DEFAULT_EVENT_STREAM]).map(literal);
  const asked = capabilities.filter(
    ({ name, roles: users, isOptional }) =>
      (isOptional !== true || (isFenced && name === 'fence')) && users.some((role) => roles.includes(role)),
  );
  const words = (rows: readonly Capability[]): string =>
    [...new Set(rows.flatMap((capability) => capability.commands))].map(aclWord).join(' ');
  const start = literal(prefix);
  const reads = words(
    asked.filter(({ access, wholeKeyGlobs }) => access !== 'write' && wholeKeyGlobs === undefined),
  );
  const writes = words(
    asked.filter(
      (row) => row.access === 'write' && row.keyGlobs === undefined && row.wholeKeyGlobs === undefined,
    ),
  );
  const select = database === 0 ? '' : ' +select';
  const globs = [
    ...(roles.includes('probe') ? [keymissChannel(database)] : []),
    ...asked.flatMap(({ channels = [] }) => channels),
  ];
  const selector = writes === '' ? '' : ` (%W~${start}* -@all ${writes})`;
  const narrow = asked.flatMap((row) => {
    const keys = [
      ...(row.keyGlobs ?? []).map((glob) => `${start}${glob}`),
      ...(row.wholeKeyGlobs?.(eventStreams) ?? []),
    ];
    // INCR and FCALL may read what they write, so that these need both rights.
    const right = row.access === 'read' ? '%R~' : '~';
    return keys.length === 0
      ? []
      : [` (${keys.map((key) => `${right}${key}`).join(' ')} -@all ${words([row])})`];
  });
  return `user ${user} on resetchannels${globs.map((glob) => ` &${glob}`).join('')} -@all %R~${start}* ${reads}${select}${selector}${narrow.join('')}`;
}

/** A glob that stands for the text alone. */
function literal(text: string): string {
  return text.replace(/[\\*?[\]^-]/g, '\\$&');
}
