import type { BreakerEvents, ToldBreaker } from '#server/sources/services/instanceReading.ts';
import { type BreakerState, keepsCallsBack } from '#shared/services/breakerState.ts';
import type { BreakerReading, CallShares, SeenTransition } from '#shared/services/serviceInstance.ts';
import { deriveEventState } from './deriveEventState.ts';
import { deriveTransitions } from './deriveTransitions.ts';

/** A time over which the state was the same at each reading. */
export interface Stretch {
  readonly state: BreakerState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a reading changed. */
export interface TrackChange {
  readonly transitions: readonly SeenTransition[];
  readonly isStateNew: boolean;
}

/** Transitions kept for the page. */
const MAX_TRANSITIONS = 20;
/** Readings that are farther apart say nothing of the time between them. */
const BRIDGED_MS = 20_000;

/** One breaker from reading to reading: since when it is as it is, and what it did between them. */
export class BreakerTrack {
  #told: ToldBreaker;
  #atMs: number;
  #state: BreakerState | null = null;
  #sinceMs: number | null = null;
  #awaySinceMs: number | null = null;
  #openedBy: CallShares | null = null;
  #transitions: readonly SeenTransition[] = [];
  #stretches: Stretch[] = [];

  constructor(told: ToldBreaker, atMs: number) {
    this.#told = told;
    this.#atMs = atMs;
    this.#state = told.state ?? deriveEventState(null, told.events, null);
    this.#sinceMs = told.stateSinceMs;
    this.#awaySinceMs = this.#state !== null && keepsCallsBack(this.#state) ? told.stateSinceMs : null;
    this.#noteShares();
    this.#extend(null, atMs);
  }

  get name(): string {
    return this.#told.name;
  }

  get source(): ToldBreaker['source'] {
    return this.#told.source;
  }

  /** Takes in a reading that is newer than the last. `isSameProcess` false = its counts began anew. */
  take(told: ToldBreaker, atMs: number, isSameProcess: boolean): TrackChange {
    const before = { told: this.#told, atMs: this.#atMs, state: this.#state };
    this.#told = told;
    this.#atMs = atMs;
    this.#state = told.state ?? this.#eventState(before.told.events, isSameProcess);
    const isBridged = atMs - before.atMs <= BRIDGED_MS;
    const transitions = isSameProcess ? deriveTransitions({ before, told, state: this.#state, atMs }) : [];
    this.#transitions = [...transitions, ...this.#transitions].slice(0, MAX_TRANSITIONS);
    const isStateNew = this.#state !== before.state;
    if (isStateNew) this.#sinceMs = isBridged && isSameProcess ? atMs : null;
    if (told.stateSinceMs !== null) this.#sinceMs = Math.min(told.stateSinceMs, atMs);
    this.#noteAway(transitions);
    this.#noteShares();
    const previousAtMs = isBridged && isSameProcess ? before.atMs : null;
    if (previousAtMs !== null) this.#noteUnread(before.state, transitions, previousAtMs);
    this.#extend(previousAtMs, atMs);
    return { transitions, isStateNew };
  }

  reading(): BreakerReading {
    const { name, source, callCount, failureRatio, slowCallRatio, thresholds, events } = this.#told;
    return {
      ...{ name, source, state: this.#state, whyUnknown: this.#whyUnknown(events) },
      ...{ sinceMs: this.#sinceMs, awaySinceMs: this.#awaySinceMs },
      ...{ callCount, failureRatio, slowCallRatio, thresholds, openedBy: this.#openedBy },
      transitions: this.#transitions,
    };
  }

  /** Hands over the stretches since it was asked last; the newest one comes again, longer. */
  drain(): readonly Stretch[] {
    const drained = this.#stretches;
    this.#stretches = drained.slice(-1);
    return drained;
  }

  #eventState(before: BreakerEvents | null, isSameProcess: boolean): BreakerState | null {
    return isSameProcess
      ? deriveEventState(before, this.#told.events, this.#state)
      : deriveEventState(null, this.#told.events, null);
  }

  #whyUnknown(events: BreakerEvents | null): string {
    if (this.#state !== null) return '';
    return events === null
      ? 'Its metrics contradict themselves: no state of it is on, or several are.'
      : 'Its metrics count how often it opened and closed, not in which order; it is known when it next does either.';
  }

  #noteShares(): void {
    const { failureRatio, slowCallRatio } = this.#told;
    if (this.#state === null || !keepsCallsBack(this.#state)) this.#openedBy = null;
    else if (this.#state === 'open' && failureRatio !== null)
      this.#openedBy = { failureRatio, slowCallRatio };
  }

  #noteAway(transitions: readonly SeenTransition[]): void {
    if (this.#state === null || !keepsCallsBack(this.#state)) {
      this.#awaySinceMs = null;
      return;
    }
    // It may have closed in between.
    const closed = transitions.some(({ to }) => !keepsCallsBack(to));
    if (this.#awaySinceMs === null || closed) this.#awaySinceMs = this.#sinceMs;
  }

  /** An opening that came and went between two readings was counted, not read; it lies somewhere between them. */
  #noteUnread(before: BreakerState | null, seen: readonly SeenTransition[], previousAtMs: number): void {
    const isRead = [before, this.#state].some((state) => state === 'open' || state === 'forcedOpen');
    if (isRead || !seen.some(({ to }) => to === 'open')) return;
    const sinceMs = Math.min(this.#told.stateSinceMs ?? this.#atMs, this.#atMs);
    this.#stretches.push({
      state: 'open',
      fromMs: previousAtMs,
      toMs: sinceMs > previousAtMs ? sinceMs : this.#atMs,
    });
  }

  #extend(previousAtMs: number | null, atMs: number): void {
    if (this.#state === null) return;
    const last = this.#stretches.at(-1);
    const toldMs = this.#told.stateSinceMs === null ? null : Math.min(this.#told.stateSinceMs, atMs);
    const isSameSince = last !== undefined && toldMs !== null && toldMs <= last.toMs;
    if (last?.state === this.#state && (previousAtMs !== null || isSameSince)) {
      this.#stretches[this.#stretches.length - 1] = { ...last, toMs: Math.max(last.toMs, atMs) };
      return;
    }
    // By its own word it has been so since then, also while nobody read it.
    const fromMs = Math.max(toldMs ?? previousAtMs ?? atMs, last?.toMs ?? -Infinity);
    if (last !== undefined && previousAtMs !== null) {
      this.#stretches[this.#stretches.length - 1] = { ...last, toMs: fromMs };
    }
    this.#stretches.push({ state: this.#state, fromMs, toMs: Math.max(fromMs, atMs) });
  }
}
