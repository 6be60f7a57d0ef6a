import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import type { Measurement, Pace } from './measurement.ts';
import { measurements } from './measurements/measurements.ts';
import type { LibraryReport, MeasurementReport, PeerDescription } from './report/libraryReport.ts';
import { summariseSamples } from './report/summariseSamples.ts';
import { type PeerProcess, startPeerProcess } from './startPeerProcess.ts';

const QUICK_PACE: Pace = { isQuick: true, windowMs: 40, roundCount: 1 };
const FULL_PACE: Pace = { isQuick: false, windowMs: 400, roundCount: 7 };

export interface LibraryOptions {
  readonly isQuick: boolean;
  /** Names of measurements; null = all. */
  readonly chosen: readonly string[] | null;
  readonly nowMs: () => number;
  onProgress(line: string): void;
}

/** Measures the library beside its peers on one throw-away Redis. */
export async function measureLibrary(options: LibraryOptions): Promise<LibraryReport> {
  const { isQuick, chosen, nowMs, onProgress } = options;
  const pace = isQuick ? QUICK_PACE : FULL_PACE;
  const takenAt = new Date(nowMs()).toISOString();
  const loadBefore = loadavg()[0] ?? Number.NaN;
  const peers = new Map<string, PeerDescription>();
  const reports: MeasurementReport[] = [];
  await using redis = await startRedis();
  const info = await redis.client.info('server');
  for (const measurement of measurements.filter(({ name }) => chosen?.includes(name) ?? true)) {
    onProgress(measurement.title);
    reports.push(await runMeasurement(measurement, { redis, pace, peers }));
  }
  const machine = {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    coreCount: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    redis: /^(?:valkey|redis)_version:(\S+)/m.exec(info)?.[1] ?? 'unknown',
    loadBefore,
    loadAfter: loadavg()[0] ?? Number.NaN,
  };
  return {
    takenAt,
    isQuick,
    windowMs: pace.windowMs,
    machine,
    peers: [...peers.values()],
    measurements: reports,
  };
}

interface Run {
  readonly redis: TestRedis;
  readonly pace: Pace;
  /** Filled in as peers say what they are. */
  readonly peers: Map<string, PeerDescription>;
}

async function runMeasurement(measurement: Measurement, run: Run): Promise<MeasurementReport> {
  const { redis, pace } = run;
  const { name, title, method, anchor, figures } = measurement;
  await redis.client.flushall();
  const start = (peer: string) => startPeerProcess({ measurement: name, peer, redisPort: redis.port, pace });
  const processes = await Promise.all(measurement.peers.map(start));
  try {
    const cases = measurement.cases(pace);
    const roundCount = measurement.roundCount(pace);
    for (let round = 0; round < roundCount; round += 1) {
      for (const caseName of cases) await runRound(measurement, { redis, caseName, round, processes });
    }
    noteDescriptions(run.peers, processes);
    return {
      name,
      title,
      method,
      anchor,
      figures,
      roundCount,
      cases: cases.map((caseName) => ({
        name: caseName,
        rows: processes.map(({ peer, samples, why }) => ({
          peer,
          figures: summariseSamples(samples.get(caseName) ?? []),
          why,
        })),
      })),
    };
  } finally {
    for (const process of processes) await process.close();
  }
}

interface Round {
  readonly redis: TestRedis;
  readonly caseName: string;
  readonly round: number;
  readonly processes: readonly PeerProcess[];
}

/** One sample of each peer; who begins changes from round to round. */
async function runRound(
  { isOnEmptyRedis }: Measurement,
  { redis, caseName, round, processes }: Round,
): Promise<void> {
  const first = round % processes.length;
  for (const process of [...processes.slice(first), ...processes.slice(0, first)]) {
    if (isOnEmptyRedis) await redis.client.flushall();
    await process.takeSample(caseName);
  }
}

/** Configurations are told per peer, not per measurement. */
function noteDescriptions(peers: Map<string, PeerDescription>, processes: readonly PeerProcess[]): void {
  for (const { peer, description } of processes) {
    if (description !== null && !peers.has(peer)) peers.set(peer, { name: peer, ...description });
  }
}
