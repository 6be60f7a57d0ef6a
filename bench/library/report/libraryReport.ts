import type { FigureShape, Figures } from '../measurement.ts';

/** Medians of one peer in one case; null and a reason where there are none. */
export interface PeerRow {
  readonly peer: string;
  readonly figures: Figures | null;
  readonly why: string | null;
}

export interface CaseReport {
  readonly name: string;
  readonly rows: readonly PeerRow[];
}

export interface MeasurementReport {
  readonly name: string;
  readonly title: string;
  readonly method: string;
  readonly anchor: string | null;
  readonly figures: readonly [FigureShape, ...FigureShape[]];
  readonly roundCount: number;
  readonly cases: readonly CaseReport[];
}

export interface PeerDescription {
  readonly name: string;
  readonly version: string;
  readonly configuration: string;
}

export interface MachineDescription {
  readonly cpu: string;
  readonly coreCount: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly redis: string;
  /** Average of the last minute when the run began and when it ended. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

export interface LibraryReport {
  readonly takenAt: string;
  readonly isQuick: boolean;
  readonly windowMs: number;
  readonly machine: MachineDescription;
  readonly peers: readonly PeerDescription[];
  readonly measurements: readonly MeasurementReport[];
}
