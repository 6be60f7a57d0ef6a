import { ownKeyName } from './ownKeys.ts';

/**
 * What an instance tells the others after an invalidation, as JSON over Redis pub/sub on the channel of the service. Short
 * names, since every instance reads every message.
 */
export interface InvalidationMessage {
  /** Version of this format. */
  readonly v: 1;
  /** The instance that sends it, which ignores its own; or a server that tells of its purges. */
  readonly from: string;
  /**
   * When the sender began to number its messages, epoch ms by its clock, and the number of this one, from 1 on without gaps: who
   * hears knows what it missed. Absent = it does not number them, as older releases.
   */
  readonly since?: number;
  readonly seq?: number;
  /** Whole names of keys. */
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  /** Whole patterns; `*` stands for any text, everything else for itself. */
  readonly patterns: readonly string[];
  /** Namespaces whose version rose. */
  readonly namespaces: readonly string[];
}

export function invalidationChannel(prefix: string): string {
  return ownKeyName(prefix, 'invalidations');
}

/** Null when the text is not such a message, or is of a later format: then everything held in memory is in doubt. */
export function parseInvalidationMessage(text: string): InvalidationMessage | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null || !('v' in parsed) || parsed.v !== 1) return null;
  if (!('from' in parsed) || typeof parsed.from !== 'string') return null;
  return {
    v: 1,
    from: parsed.from,
    ...sequenceOf(parsed),
    keys: 'keys' in parsed ? textsOf(parsed.keys) : [],
    tags: 'tags' in parsed ? textsOf(parsed.tags) : [],
    patterns: 'patterns' in parsed ? textsOf(parsed.patterns) : [],
    namespaces: 'namespaces' in parsed ? textsOf(parsed.namespaces) : [],
  };
}

/** Both or nothing: a number without its beginning says nothing. */
function sequenceOf(message: object): Pick<InvalidationMessage, 'since' | 'seq'> {
  const since = 'since' in message ? message.since : null;
  const seq = 'seq' in message ? message.seq : null;
  if (typeof since !== 'number' || !Number.isFinite(since)) return {};
  if (typeof seq !== 'number' || !Number.isSafeInteger(seq) || seq < 1) return {};
  return { since, seq };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
