import type { BreakerState } from './breakerState.ts';

/** Whose breaker it is, by the metrics that tell of it. */
export type BreakerSource = 'library' | 'resilience4j' | 'mollitia' | 'opossum' | 'cockatiel';

export const breakerSourceWords: Readonly<Record<BreakerSource, string>> = {
  library: 'cachescope/cache',
  resilience4j: 'resilience4j',
  mollitia: 'mollitia',
  opossum: 'opossum',
  cockatiel: 'cockatiel',
};

/** From which shares on a breaker opens, and from how many calls on they count; null = never by it, or not told. */
export interface BreakerThresholds {
  readonly failureRatio: number | null;
  readonly slowCallRatio: number | null;
  readonly minimumCallCount: number | null;
}

/** Shares of a window's calls, 0-1; null = not told, or there were no calls. */
export interface CallShares {
  readonly failureRatio: number | null;
  readonly slowCallRatio: number | null;
}

/** Changes to one state that were seen. `fromMs` to `toMs` is when they can have been; both are the same where it is known. */
export interface SeenTransition {
  readonly to: BreakerState;
  /** A word of the library's `TransitionReason`; null = not told. */
  readonly reason: string | null;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** One breaker as it was read last. Null = its metrics do not tell, or not yet. */
export interface BreakerReading extends CallShares {
  readonly name: string;
  readonly source: BreakerSource;
  readonly state: BreakerState | null;
  /** Why the state is not known; empty when it is. */
  readonly whyUnknown: string;
  /** Since when it is in its state, epoch ms; null = since before it was first read. */
  readonly sinceMs: number | null;
  /** Since when it was not closed without a break; null = it is closed, or was not when it was first read. */
  readonly awaySinceMs: number | null;
  /** Calls of its window, as the shares are; while it is open, those that opened it. */
  readonly callCount: number | null;
  /** The shares that opened it, kept while it probes; null = it is closed, or they were not seen. */
  readonly openedBy: CallShares | null;
  readonly thresholds: BreakerThresholds | null;
  /** Newest first, at most 20. */
  readonly transitions: readonly SeenTransition[];
}

/** What a layer of memory holds, and may hold. */
export interface HeldMemory {
  readonly entryCount: number;
  /** An estimate; null = not told. */
  readonly bytes: number | null;
  readonly maxEntries: number | null;
  readonly maxBytes: number | null;
}

/** What an instance did to get along, over the last minute. */
export interface RecentRelief {
  readonly windowMs: number;
  /** Loads refused to keep the source alive. */
  readonly shedCount: number;
  /** Look-ups answered with an old value. */
  readonly staleServedCount: number;
  /** Calls that waited for the load of another. */
  readonly coalescedCount: number;
  /** Commands that a breaker kept back. */
  readonly notPermittedCount: number;
}

/** How an instance of our library gets along. Null = the layer is off. */
export interface InstanceFigures {
  readonly l1: HeldMemory | null;
  readonly fallback: HeldMemory | null;
  readonly loadsActiveCount: number | null;
  readonly loadsWaitingCount: number | null;
  /** Null = two readings are needed. */
  readonly relief: RecentRelief | null;
}

/** The way on which a reading came; `command` = the instance was asked at its port for commands, as Redis was away. */
export type ReadingWay = 'http' | 'redis' | 'prometheus' | 'command';

/** One process of a service, as it was read last, by whichever way was the newest. */
export interface ServiceInstance {
  readonly id: string;
  /** Null = nothing says. */
  readonly service: string | null;
  readonly instance: string | null;
  readonly version: string | null;
  readonly startedAtMs: number | null;
  /** When its newest reading was made, epoch ms. */
  readonly readAtMs: number;
  readonly way: ReadingWay;
  /** Where it was read; null = the snapshot in Redis. */
  readonly address: string | null;
  /** Since when nothing was heard of it, epoch ms: all else is as it was then. Null = it is heard. */
  readonly silentSinceMs: number | null;
  /** Why it is not heard; empty while it is, or when nobody knows. */
  readonly whySilent: string;
  readonly breakers: readonly BreakerReading[];
  /** Null = not of our library, which alone tells these. */
  readonly figures: InstanceFigures | null;
}
