import type { HistoryStore } from '#server/history/historyStore.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { ObservedConnection } from '#server/redis/openRedis.ts';
import type { Scrape } from '#server/sources/scrapeMetrics.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import { unknown } from '#shared/reading.ts';
import type { ConnectionState, Snapshot } from '#shared/snapshot.ts';
import type { TagList } from '#shared/tagSummary.ts';
import type { TargetId } from '#shared/target.ts';
import { deriveSnapshot } from './deriveSnapshot.ts';
import { NodeWatch } from './nodeWatch.ts';
import { repeatAligned } from './repeatAligned.ts';
import type { SampleWatch } from './sampleWatch.ts';
import type { TargetWatch } from './targetWatch.ts';
import { TrafficWatch } from './trafficWatch.ts';

export interface TargetWatchOptions {
  readonly targetId: TargetId;
  readonly environment: string;
  /** `host:port`. */
  readonly nodeId: string;
  readonly connection: ObservedConnection;
  readonly ledger: LookupLedger;
  readonly samples: SampleWatch;
  readonly metricsUrls: readonly string[];
  readonly scrape: (url: string) => Promise<Scrape>;
  readonly history: HistoryStore;
  readonly nowMs: () => number;
}

/** While somebody looks, INFO is read this often; one reading costs the node about 60 us. */
const WATCHED_INFO_MS = 2_000;
const IDLE_INFO_MS = 10_000;

/** Two to a step of the history, so that the page knows rates within seconds of the start. */
const SCRAPE_MS = 5_000;

const MAINTENANCE_MS = 60_000;

/** Several changes within this become one snapshot. */
const GATHER_MS = 100;

/** Starts to read a target and goes on until closed: one reader for all viewers. */
export function openTargetWatch(options: TargetWatchOptions): TargetWatch {
  const { connection, history, nowMs, samples } = options;
  const node = new NodeWatch(options);
  const traffic = new TrafficWatch({ ...options, urls: options.metricsUrls });
  const listeners = new Set<(snapshot: Snapshot) => void>();
  let viewerCount = 0;
  // From the clock, so that it keeps rising over a restart of the server.
  let sequence = nowMs();
  let gathering: NodeJS.Timeout | undefined;
  let current = build();

  function build(): Snapshot {
    sequence += 1;
    return deriveSnapshot({ ...options, sequence, node, traffic });
  }

  function changed(): void {
    gathering ??= setTimeout(() => {
      gathering = undefined;
      current = build();
      for (const listener of listeners) listener(current);
    }, GATHER_MS);
  }

  const info = repeatAligned({
    nowMs,
    intervalMs: () => (viewerCount > 0 ? WATCHED_INFO_MS : IDLE_INFO_MS),
    task: async () => {
      await node.read();
      changed();
    },
  });
  const scrapes = repeatAligned({
    nowMs,
    intervalMs: () => SCRAPE_MS,
    task: async () => {
      await traffic.read();
      samples.declare([...traffic.reportedPatterns().keys()]);
      changed();
    },
  });
  const maintenance = repeatAligned({
    nowMs,
    intervalMs: () => MAINTENANCE_MS,
    task: async () => history.maintain(nowMs()),
  });
  const stops = [
    connection.onStatus((state) => {
      recordOutage(options, state);
      changed();
      // What the page shows of a Redis that came back is read at once, not at the next tick.
      if (state.state === 'connected') info.runSoon();
    }),
    samples.onChange(changed),
  ];

  return {
    snapshot: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    info: (nodeId) =>
      nodeId === options.nodeId ? node.info() : unknown('notSupported', `There is no node ${nodeId}.`),
    listTags: (search) => listAllTags(options, search),
    addViewer() {
      viewerCount += 1;
      if (viewerCount === 1) info.runSoon();
      return () => {
        viewerCount -= 1;
      };
    },
    async close() {
      for (const stop of stops) stop();
      clearTimeout(gathering);
      samples.close();
      connection.close();
      await Promise.all([info.stop(), scrapes.stop(), maintenance.stop()]);
      listeners.clear();
    },
  };
}

async function listAllTags({ connection, nowMs }: TargetWatchOptions, search: string): Promise<TagList> {
  const lists = await Promise.all(tagLayouts.map((layout) => layout.listTags(connection, { search, nowMs })));
  return {
    tags: lists.flatMap((list) => list.tags).sort((a, b) => b.memberCount - a.memberCount),
    readAtMs: nowMs(),
    scannedCount: Math.max(0, ...lists.map((list) => list.scannedCount)),
    isComplete: lists.every((list) => list.isComplete),
  };
}

function recordOutage({ history, targetId, nowMs }: TargetWatchOptions, state: ConnectionState): void {
  if (state.state !== 'unreachable') return;
  history.recordMark(targetId, { atMs: nowMs(), kind: 'outage', text: state.detail });
}
