import type { OpenPeer } from './cachePeer.ts';

/** How much time a run takes. */
export interface Pace {
  /** A smoke run: whether all works, not how fast. */
  readonly isQuick: boolean;
  /** Length of one sample, ms. */
  readonly windowMs: number;
  readonly roundCount: number;
}

export type Figures = Readonly<Record<string, number>>;

export interface FigureShape {
  readonly name: string;
  /** With its unit. */
  readonly title: string;
  readonly isMoreBetter: boolean;
}

export interface BenchSurroundings {
  readonly open: OpenPeer;
  readonly redisPort: number;
  readonly pace: Pace;
}

/** Takes one sample of one case. */
export type TakeSample = (caseName: string) => Promise<Figures>;

export interface Measurement {
  readonly name: string;
  readonly title: string;
  /** What was done, one or two sentences. */
  readonly method: string;
  readonly peers: readonly string[];
  /** The peer whose first figure is 1.00; null = there is no limit to compare with. */
  readonly anchor: string | null;
  readonly figures: readonly [FigureShape, ...FigureShape[]];
  /** Redis is emptied before each sample. */
  readonly isOnEmptyRedis: boolean;
  cases(pace: Pace): readonly string[];
  roundCount(pace: Pace): number;
  /** Runs in the peer's own process; throws `UnsupportedPeer` when the peer has nothing to measure here. */
  prepare(around: BenchSurroundings): Promise<TakeSample>;
}

/** The peer cannot do what is measured; the message says what it lacks. */
export class UnsupportedPeer extends Error {}
