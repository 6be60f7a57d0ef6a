import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createPatternLearner, type PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { type Config, redactedAddress } from './config/config.ts';
import { HttpCommands } from './control/httpCommands.ts';
import type { HistoryStore } from './history/historyStore.ts';
import { openMetricsTargets } from './openMetricsTargets.ts';
import { type LookupLedger, openLookupLedger } from './redis/lookupLedger.ts';
import { openRedis } from './redis/openRedis.ts';
import type { RedisConnection } from './redis/redisConnection.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';
import { InstanceBook } from './services/instanceBook.ts';
import { openKeyDesk } from './snapshot/keys/keyDesk.ts';
import { PatternLooks } from './snapshot/looks/patternLooks.ts';
import { openTouches, type Touches } from './snapshot/looks/touches.ts';
import { openSampleWatch } from './snapshot/openSampleWatch.ts';
import { openTargetWatch } from './snapshot/openTargetWatch.ts';
import type { SampleWatch } from './snapshot/sampleWatch.ts';
import type { TargetWatch } from './snapshot/targetWatch.ts';
import { AnnouncedInstances } from './sources/announced/announcedInstances.ts';
import { AnnouncedMemory } from './sources/announced/announcedMemory.ts';
import { createRedaction } from './sources/keys/value/redaction.ts';
import { mappedConvention } from './sources/metrics/conventions/mappedConvention.ts';
import type { TrafficConvention } from './sources/metrics/trafficConvention.ts';
import { trafficConventions } from './sources/metrics/trafficConventions.ts';
import { addressRanges } from './sources/targets/addressRanges.ts';
import { literalPrefixes } from './sources/targets/find/literalPrefixes.ts';
import { tellConnection } from './tellConnection.ts';

export interface OpenedWatch {
  readonly watch: TargetWatch;
  readonly learner: PatternLearner;
  readonly ledger: LookupLedger;
  /** Keys that looks of ours made look used. */
  readonly touches: Touches;
  /** The way to services while Redis is away. */
  readonly httpCommands: HttpCommands;
}

/** Starts to read the configured Redis. */
export function openWatch(
  config: Config,
  around: ServerSurroundings & { readonly history: HistoryStore },
): OpenedWatch {
  const { clock, random, history, log } = around;
  const { nowMs } = clock;
  const ledger = openLookupLedger();
  const learner = createPatternLearner({ declaredFamilies: config.patterns });
  const settings = config.redis;
  const targetId = DEFAULT_TARGET_ID;
  const connection = openRedis({ settings, role: 'monitor', ledger, nowMs, random });
  tellConnection(connection, redactedAddress(settings), log);
  const samples = openSampleWatch({ targetId, settings, ledger, learner, history, clock, random });
  const conventions = conventionsOf(config);
  const touches = openTouches();
  const memory = new AnnouncedMemory({ path: join(config.dataDirectory, 'announced.json'), nowMs });
  const instances = openInstances({ connection, samples, memory, nowMs });
  const httpCommands = openHttpCommands(config, instances.announced, clock);
  const nodeId = `${settings.host}:${settings.port}`;
  const openInspector = () => openRedis({ settings, role: 'inspector', ledger, nowMs, random });
  const watch = openTargetWatch({
    targetId,
    environment: config.environment,
    nodeId,
    connection,
    ledger,
    samples,
    openTargets: (listener) =>
      openMetricsTargets({ config, clock, connection, conventions, ...instances }, listener),
    openLooks: (facts) =>
      new PatternLooks({
        samples,
        facts,
        openInspector,
        touches,
        declaredTtlsMs: config.patternTtlsMs,
        clock,
        random,
      }),
    openKeys: ({ facts, hitRatioOf }) =>
      openKeyDesk({
        ...{ connection, openInspector, touches, nodeId, facts, hitRatioOf, learner },
        ...{ redaction: createRedaction(config.hiddenNames), areValuesShown: config.areValuesShown },
        isKnownPattern: (pattern) => learner.isDeclared(pattern) || samples.patterns().has(pattern),
        clock,
      }),
    instances: {
      ...instances,
      askStates: () => httpCommands.readStates((last) => !instances.isAnswering(last)),
    },
    metricPatterns: config.metricPatterns,
    patternOf: learner.patternOf,
    conventions,
    history,
    nowMs,
    pause: (ms) => clock.pause(ms),
  });
  return { watch, learner, ledger, touches, httpCommands };
}

interface InstanceParts {
  readonly connection: RedisConnection;
  readonly samples: SampleWatch;
  readonly memory: AnnouncedMemory;
  readonly nowMs: () => number;
}

/** Who is known of the services, and the lists in Redis on which they announce themselves. */
function openInstances({ connection, samples, memory, nowMs }: InstanceParts) {
  const book = new InstanceBook();
  const isAnswering = (named: { service: string; instance: string }) => book.isReadOverHttp(named, nowMs());
  const announced = new AnnouncedInstances({
    connection,
    prefixes: () => literalPrefixes(samples.patterns().keys()),
    isReadElsewhere: isAnswering,
    onLook: (look) => book.noteListed(look),
    ...{ memory, nowMs },
  });
  return { book, announced, isAnswering };
}

/** By the addresses that instances announced, in the ranges in which they are scraped. */
function openHttpCommands(
  { metricsAnnounced, controlSecret }: Config,
  announced: AnnouncedInstances,
  clock: ServerSurroundings['clock'],
): HttpCommands {
  return new HttpCommands({
    announced: () => announced.found(),
    ranges: metricsAnnounced.length === 0 ? null : addressRanges(metricsAnnounced),
    secret: controlSecret,
    clock,
    newId: randomUUID,
  });
}

/** What the configuration says of a metric goes before what we know of it. */
function conventionsOf({ metricMappings }: Config): readonly TrafficConvention[] {
  return metricMappings.length === 0
    ? trafficConventions
    : [mappedConvention(metricMappings), ...trafficConventions];
}
