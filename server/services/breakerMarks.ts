import type { Mark } from '#shared/series.ts';
import { type BreakerState, isForced, keepsCallsBack } from '#shared/services/breakerState.ts';
import type { BreakerChange } from './instanceTrack.ts';

/** Changes of one service within this become one mark: instances that lose the same Redis open one after the other. */
const GATHERED_MS = 10_000;
/** While a service goes on changing, it has a mark at most this often. */
const QUIET_MS = 180_000;

interface Gathering {
  readonly service: string | null;
  readonly firstAtMs: number;
  readonly changes: BreakerChange[];
}

/** Makes of the changes of breakers the marks that every chart shows: a few words a service, however many instances it has. */
export class BreakerMarks {
  readonly #gathering = new Map<string, Gathering>();
  readonly #markedAtMs = new Map<string, number>();

  /** Takes in changes; probes (half-open) are none that a chart should show. */
  add(changes: readonly BreakerChange[]): void {
    for (const change of changes) {
      if (change.to === 'halfOpen') continue;
      const key = change.service ?? '';
      const gathering = this.#gathering.get(key) ?? {
        service: change.service,
        firstAtMs: change.toMs,
        changes: [],
      };
      gathering.changes.push(change);
      this.#gathering.set(key, gathering);
    }
  }

  /** The marks whose time has come; `countOf` is how many instances a service has. */
  take(nowMs: number, countOf: (service: string | null) => number): readonly Mark[] {
    const marks: Mark[] = [];
    for (const [key, gathering] of this.#gathering) {
      const { service, firstAtMs, changes } = gathering;
      const markedAtMs = this.#markedAtMs.get(key) ?? -Infinity;
      if (nowMs - firstAtMs < GATHERED_MS || nowMs - markedAtMs < QUIET_MS) continue;
      this.#gathering.delete(key);
      this.#markedAtMs.set(key, nowMs);
      marks.push({ atMs: firstAtMs, kind: 'breaker', text: textOf(changes, service, countOf(service)) });
    }
    return marks;
  }
}

const verbs: Readonly<Record<BreakerState, string>> = {
  open: 'opened',
  closed: 'closed',
  forcedOpen: 'forced open',
  disabled: 'forced closed',
  halfOpen: 'probed',
};

const reasonWords: ReadonlyMap<string, string> = new Map([
  ['failures', 'failed calls'],
  ['slowCalls', 'slow calls'],
  ['consecutiveFailures', 'failures in a row'],
  ['probeFailed', 'a failed probe'],
  ['probesSucceeded', 'good probes'],
  ['forced', 'by an operator'],
]);

function textOf(changes: readonly BreakerChange[], service: string | null, instanceCount: number): string {
  const name = service ?? 'A service without a name';
  const parts = (['forcedOpen', 'open', 'disabled', 'closed'] as const).flatMap((state) => {
    const found = changes.filter(({ to }) => to === state);
    return found.length === 0 ? [] : [partOf(state, found, instanceCount)];
  });
  return `${name}: ${parts.join(', ')}`;
}

function partOf(state: BreakerState, changes: readonly BreakerChange[], instanceCount: number): string {
  const instances = new Set(changes.map(({ instance, breaker }) => `${instance} ${breaker}`)).size;
  const times = changes.reduce((sum, { count }) => sum + count, 0);
  const who = instanceCount > 1 ? `${instances} of ${instanceCount} breakers ` : 'breaker ';
  const again = times > instances ? ` ${times} times` : '';
  const words = keepsCallsBack(state) && !isForced(state) ? reasonsOf(changes) : '';
  return `${who}${verbs[state]}${again}${words}`;
}

function reasonsOf(changes: readonly BreakerChange[]): string {
  const words = new Set(
    changes.flatMap(({ reason }) => (reason === null ? [] : [reasonWords.get(reason) ?? reason])),
  );
  return words.size === 0 ? '' : ` (${[...words].join(', ')})`;
}
