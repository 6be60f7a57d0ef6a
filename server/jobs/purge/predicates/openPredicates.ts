import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { avoidTouching } from '#server/sources/look/avoidTouching.ts';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { pacedWork, type Spend } from '../selections/pacedWork.ts';
import { askFact } from './askFact.ts';
import { factsFor, judgePredicate, type Verdict } from './judgePredicate.ts';
import type { Fact, KeyFacts } from './keyFacts.ts';
import { OwnTouches } from './ownTouches.ts';

/** What is known of the use of keys besides what Redis says. */
export interface KnownUse {
  /** TTL that services give each key of the pattern, ms; null = not declared. */
  readonly declaredTtlMs: (pattern: string) => number | null;
  /** When a look of the page last touched the key, epoch ms; null = never. */
  readonly touchedAtMs: (keyText: string) => number | null;
}

export interface PredicateParts {
  readonly clock: Clock;
  readonly patternOf: (keyText: string) => string;
  readonly knownUse: KnownUse;
}

export interface Predicates {
  /** Whether all hold of each key. Reads by themselves; `isPaced` keeps a walk's load on Redis low. Throws `RedisFault`. */
  judge(connection: RedisConnection, keys: readonly Buffer[], isPaced: boolean): Promise<readonly Verdict[]>;
  /** What the plan must say of how these are told, in sentences. */
  readonly notes: readonly string[];
}

/** Questions a second that a walk asks: some 9 % of a core of the node. */
const QUESTIONS_PER_SECOND = 50_000;
const order: readonly Fact[] = ['bytes', 'ttl', 'use', 'value'];

/**
 * Conditions that keys must meet, told by asking: MEMORY USAGE (leaves no trace), PTTL, OBJECT IDLETIME or FREQ and TYPE (count as
 * look-ups) and GETRANGE of 72 bytes (also makes a key look used, unless Redis knows CLIENT NO-TOUCH). A key is asked no more
 * once one condition fails. Throws `AppError` badInput for what this Redis cannot tell of any key; `RedisFault`.
 */
export async function openPredicates(
  connection: RedisConnection,
  where: readonly KeyPredicate[],
  parts: PredicateParts,
): Promise<Predicates> {
  const facts = order.filter((fact) => where.some((predicate) => factsFor(predicate).includes(fact)));
  const server = facts.includes('use') ? await readServer(connection, where) : { isLfu: false };
  const reader = new PredicateReader(where, facts, { ...parts, ...server });
  const isOfUse = where.some(({ is }) => is === 'neverRead');
  return {
    judge: (link, keys, isPaced) => reader.judge(link, keys, isPaced),
    notes:
      isOfUse && server.isLfu
        ? [
            'By the counter of LFU, to whose start keys that are seldom read fall back: they count as never read.',
          ]
        : [],
  };
}

/** Which policy decides what OBJECT tells of use. */
async function readServer(
  connection: RedisConnection,
  where: readonly KeyPredicate[],
): Promise<{ readonly isLfu: boolean }> {
  const policy = /^maxmemory_policy:(\S+)/m.exec(await readMemoryInfo(connection))?.[1];
  if (policy === undefined) {
    const text = 'INFO does not tell maxmemory_policy, and with it what Redis says of the use of keys.';
    throw new AppError('badInput', text);
  }
  const isLfu = policy.includes('lfu');
  if (isLfu && where.some(({ is }) => is === 'idle')) {
    const text = `Under ${policy} Redis keeps how often keys are used, not when: nobody can tell which are unused.`;
    throw new AppError('badInput', text);
  }
  return { isLfu };
}

async function readMemoryInfo(connection: RedisConnection): Promise<string> {
  try {
    return String(await connection.send('INFO', 'memory'));
  } catch (error) {
    if (error instanceof RedisFault && error.kind === 'notPermitted') return '';
    throw error;
  }
}

interface ReaderParts extends PredicateParts {
  readonly isLfu: boolean;
}

class PredicateReader {
  readonly #where: readonly KeyPredicate[];
  readonly #facts: readonly Fact[];
  readonly #parts: ReaderParts;
  readonly #touches = new OwnTouches();
  readonly #spend: Spend;
  readonly #quiet = new WeakMap<RedisConnection, Promise<boolean>>();

  constructor(where: readonly KeyPredicate[], facts: readonly Fact[], parts: ReaderParts) {
    this.#where = where;
    this.#facts = facts;
    this.#parts = parts;
    this.#spend = pacedWork(parts.clock, QUESTIONS_PER_SECOND);
  }

  async judge(
    connection: RedisConnection,
    keys: readonly Buffer[],
    isPaced: boolean,
  ): Promise<readonly Verdict[]> {
    const all = keys.map((key) => this.#unasked(key));
    const asked = new Set<Fact>();
    for (const fact of this.#facts) {
      const open = all.filter((facts) => this.#verdict(facts, asked) !== 'fails');
      if (open.length === 0) break;
      if (isPaced) await this.#spend(fact === 'value' ? 2 * open.length : open.length);
      const { isLfu, clock } = this.#parts;
      await askFact(fact, open, {
        ...{ connection, isLfu, touches: this.#touches, nowMs: clock.nowMs },
        isQuiet: () => this.#isQuiet(connection),
        isUseAsked: asked.has('use'),
        mayFormatDecide: this.#where.some(({ is }) => is === 'format' || is === 'older'),
      });
      asked.add(fact);
    }
    return all.map((facts) => this.#verdict(facts, asked));
  }

  /** Asked once a connection: older servers answer with an error, which they count. */
  #isQuiet(connection: RedisConnection): Promise<boolean> {
    const known = this.#quiet.get(connection);
    if (known !== undefined) return known;
    const asked = avoidTouching(connection);
    this.#quiet.set(connection, asked);
    return asked;
  }

  #unasked(key: Buffer): KeyFacts {
    const { patternOf, knownUse, clock } = this.#parts;
    const text = formatKey(key);
    return {
      ...{ key, text, declaredTtlMs: knownUse.declaredTtlMs(patternOf(text)) },
      ...{ state: 'seen', bytes: null, ttlMs: null, idleMs: null, frequency: null, value: null },
      ...{ whyNoValue: '', readAtMs: clock.nowMs() },
    };
  }

  /** Fails as soon as one does; of those that cannot be told, the first that no fact is left to ask for. */
  #verdict(facts: KeyFacts, asked: ReadonlySet<Fact>): Verdict {
    const told = this.#where.filter((predicate) => factsFor(predicate).every((fact) => asked.has(fact)));
    if (facts.state === 'gone') return 'fails';
    const touchedAtMs = this.#parts.knownUse.touchedAtMs(facts.text);
    const verdicts = told.map((predicate) => judgePredicate(predicate, facts, touchedAtMs));
    if (verdicts.includes('fails')) return 'fails';
    return verdicts.find((verdict) => verdict !== 'matches') ?? 'matches';
  }
}
