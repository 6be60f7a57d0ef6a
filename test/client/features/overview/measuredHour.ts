import type { Overview, Status } from '#client/features/overview/overviewFacts.ts';
import { known } from '#shared/reading.ts';
import type { Series } from '#shared/series.ts';
import { metricsSource } from '#test/support/metrics/metricsSource.ts';

const STEP = 10_000;
/** 30 finished steps of 10 s: five minutes. */
const STEPS = 30;

const spanNow = { fromMs: 1_000_000, toMs: 1_000_000 + STEPS * STEP };

/** The same count in each step, and another in the last minute. */
export function steady(count: number | null, lastMinute: number | null = count): Series {
  const values = Array.from({ length: STEPS }, (_, index) => (index < STEPS - 6 ? count : lastMinute));
  return { fromMs: spanNow.fromMs, stepMs: STEP, values };
}

function traffic(hits: Series, misses: Series, loads: Series): Overview['traffic'] {
  return { hits, misses, loads, loadMs: loads, puts: loads, coveredMs: steady(STEP) };
}

function node(): Overview['node'] {
  return {
    coveredMs: steady(STEP),
    hits: steady(900),
    misses: steady(100),
    ownLookups: steady(5),
    commands: steady(3_000),
    expired: steady(10),
    evicted: steady(0),
    keyCount: steady(1_000),
    usedMemoryBytes: steady(1_048_576),
    connectedClientCount: steady(4),
  };
}

/** 90/s hits, 10/s misses, 10/s loads, now and before. */
export function makeOverview(change: Partial<Overview> = {}): Overview {
  const calm = traffic(steady(900), steady(100), steady(100));
  return {
    span: spanNow,
    before: { fromMs: spanNow.fromMs - STEPS * STEP, toMs: spanNow.fromMs },
    traffic: calm,
    trafficBefore: calm,
    trafficExtremes: null,
    nodeExtremes: null,
    node: node(),
    nodeBefore: node(),
    loadsByPattern: [{ pattern: 'product:{id}', loads: steady(100) }],
    different: null,
    marks: [],
    warmProposals: [],
    lostInvalidations: [],
    ...change,
  };
}

export function trafficOf(hits: Series, misses: Series): Overview['traffic'] {
  return traffic(hits, misses, misses);
}

type NodeStatus = Status['nodes'][number];
type Facts = Extract<NodeStatus['facts'], { state: 'known' }>['value'];

export const calmFacts: Facts = {
  flavour: 'redis',
  version: '7.0.15',
  role: 'master',
  runId: 'run',
  uptimeSeconds: 86_400,
  keyCount: 1_000,
  keysWithTtlCount: 990,
  connectedClientCount: 4,
  maxClientCount: 10_000,
  blockedClientCount: 0,
  usedMemoryBytes: 1_048_576,
  maxMemoryBytes: 104_857_600,
  peakMemoryBytes: 2_097_152,
  residentMemoryBytes: 4_194_304,
  allocatorFragmentationRatio: 1.1,
  evictionPolicy: 'allkeys-lru',
  expiredStaleRatio: 0.01,
  isLoading: false,
  replicaCount: 0,
  lastSaveFailed: false,
};

export const calmRates: NodeStatus['rates'] = {
  commandsPerSecond: 300,
  expiredPerSecond: 1,
  evictedPerSecond: 0,
  networkInBytesPerSecond: 1_000,
  networkOutBytesPerSecond: 1_000,
  rejectedConnectionsPerSecond: 0,
};

export function makeNode(facts: Partial<Facts> = {}, rates: Partial<NodeStatus['rates']> = {}): NodeStatus {
  return {
    id: '127.0.0.1:6379',
    facts: known({ ...calmFacts, ...facts }, spanNow.toMs, 'INFO'),
    rates: { ...calmRates, ...rates },
    lookups: known({ hits: 5_400, misses: 600, windowMs: 60_000 }, spanNow.toMs, 'INFO'),
    ownLookupsPerSecond: 1,
  };
}

export function makeStatus(change: Partial<Status> = {}): Status {
  const lookups = known({ hits: 5_400, misses: 600, windowMs: 60_000 }, spanNow.toMs, 'INFO');
  return {
    targetId: 'default',
    environment: 'test',
    atMs: spanNow.toMs,
    sequence: 1,
    connection: { state: 'connected', sinceMs: 0, detail: '', lastReadAtMs: spanNow.toMs },
    nodes: [makeNode()],
    lookups,
    serviceLookups: lookups,
    sample: { state: 'unknown', reason: 'pending', detail: 'The first round runs.' },
    metricsSources: [metricsSource({ url: 'http://a/metrics', service: 'catalog', lastOkAtMs: 1 })],
    metricsFinders: [],
    history: { state: 'recording', detail: '' },
    patternCount: 1,
    fleet: {
      breakerCount: 0,
      awayCount: 0,
      forcedCount: 0,
      sinceMs: null,
      instances: [],
      isOfRedis: true,
      cause: '',
    },
    isReadOnly: false,
    redisAddress: 'redis://127.0.0.1:6379',
    version: '0.1.0',
    serverNowMs: spanNow.toMs,
    ...change,
  };
}
