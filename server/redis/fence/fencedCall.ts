import { FENCE_FUNCTION, FENCED_COMMANDS } from '#shared/fence/fenceLibrary.ts';
import { replyFault } from '../faults/faultOf.ts';
import { faultText } from '../faults/faultText.ts';
import { type RedisArgument, type RedisCommand, RedisFault, type RedisReply } from '../redisConnection.ts';

/** Arguments of one call at most: some hundred names, and about a millisecond of the node. */
const MAX_WORDS = 600;

const names: ReadonlySet<unknown> = new Set(FENCED_COMMANDS);

/** What became of one call. */
export interface FencedReplies {
  /** Redis's time when it looked at the deadline, epoch ms; null when it told none. */
  readonly nowMs: number | null;
  /** One a command; the fault of what refused them, or `expired` when nothing was done. */
  readonly replies: readonly RedisReply[];
}

/** Commands in the order given, in as few calls as the bound allows. */
export function groupForCalls(commands: readonly RedisCommand[]): readonly (readonly RedisCommand[])[] {
  const groups: RedisCommand[][] = [];
  let words = Number.POSITIVE_INFINITY;
  for (const command of commands) {
    words += command.length + 2;
    if (words > MAX_WORDS) {
      groups.push([]);
      words = command.length + 2;
    }
    groups.at(-1)?.push(command);
  }
  return groups;
}

/** A call that runs them before the deadline, epoch ms by Redis's clock, or never. Without any it tells whether calls are possible. */
export function encodeFenced(deadlineMs: number, commands: readonly RedisCommand[]): RedisCommand {
  const parts = commands.map(([name, ...args]) => {
    const keyCount = keyCountOf(name, args.length);
    return { name, keys: args.slice(0, keyCount), args: args.slice(keyCount) };
  });
  const keys = parts.flatMap((part) => part.keys);
  const rest = parts.flatMap((part): RedisArgument[] => [
    ...[part.name, part.keys.length, part.args.length],
    ...part.args,
  ]);
  return ['FCALL', FENCE_FUNCTION, keys.length, ...keys, deadlineMs, ...rest];
}

/** How many of the arguments are keys; all commands name theirs first. */
function keyCountOf(name: string, argumentCount: number): number {
  if (name === 'UNLINK') return argumentCount;
  return name === 'PUBLISH' ? 0 : 1;
}

/** The commands of a call of the function, from what follows FCALL; null when it is something else or too much. */
export function decodeFenced([name, ...args]: readonly RedisArgument[]): readonly RedisCommand[] | null {
  const keyCount = Number(args[0]);
  const rest = args.slice(2 + keyCount);
  const isCall = name === FENCE_FUNCTION && args.length <= 2 + 2 * MAX_WORDS && Number.isInteger(keyCount);
  if (!isCall || !Number.isInteger(args[1 + keyCount])) return null;
  const commands: RedisCommand[] = [];
  let key = 1;
  for (let at = 0; at < rest.length; ) {
    const [inner, keys, argumentCount] = [rest[at], Number(rest[at + 1]), Number(rest[at + 2])];
    if (typeof inner !== 'string' || !names.has(inner) || !(keys >= 0) || !(argumentCount >= 0)) return null;
    commands.push([inner, ...args.slice(key, key + keys), ...rest.slice(at + 3, at + 3 + argumentCount)]);
    key += keys;
    at += 3 + argumentCount;
  }
  // A key of a sample may stand without a command: a call that only asks whether it would be allowed.
  return key <= 1 + keyCount ? commands : null;
}

/** The replies of the commands that one call held. */
export function parseFenced(reply: RedisReply | undefined, commands: readonly RedisCommand[]): FencedReplies {
  const all = (fault: RedisFault, nowMs: number | null = null) => ({
    nowMs,
    replies: commands.map((): RedisReply => fault),
  });
  if (reply instanceof RedisFault) return all(reply);
  const [state, now, done, errorText] = Array.isArray(reply) ? reply : [];
  const nowMs = typeof now === 'number' && now > 0 ? now : null;
  const replies: readonly RedisReply[] = Array.isArray(done) ? done : [];
  switch (Buffer.isBuffer(state) ? state.toString('latin1') : '') {
    case 'EXPIRED':
      return all(new RedisFault('expired', 'FCALL', faultText('expired', 'FCALL')), nowMs);
    case 'REFUSED': {
      const command = nowMs === null ? 'TIME' : (commands[replies.length]?.[0] ?? 'FCALL');
      const fault = replyFault(String(errorText), command);
      return { nowMs, replies: commands.map((_, at) => replies[at] ?? fault) };
    }
    case 'RAN':
      if (replies.length === commands.length) return { nowMs, replies };
  }
  return all(new RedisFault('other', 'FCALL', 'Redis answered the function with something else.'));
}
