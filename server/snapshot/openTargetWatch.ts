import { ServicesWatch } from '#server/services/servicesWatch.ts';
import { readTagMark } from '#server/tags/marks/readTagMark.ts';
import type { TagMark } from '#server/tags/marks/tagMark.ts';
import type { PatternLook } from '#shared/look/patternLook.ts';
import { hitRatioReading } from '#shared/lookups.ts';
import { type Reading, unknown } from '#shared/reading.ts';
import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import type { ConnectionState, InfoSection, Snapshot } from '#shared/snapshot.ts';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import type { TagList } from '#shared/tags/tagSummary.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { FreshnessAtSet } from '#shared/traffic/freshnessAtSet.ts';
import type { TrafficPart } from '#shared/traffic/trafficPart.ts';
import { deriveSnapshot } from './deriveSnapshot.ts';
import type { KeyDesk } from './keys/keyDesk.ts';
import type { PatternLooks } from './looks/patternLooks.ts';
import { NodeWatch } from './nodeWatch.ts';
import { type Repeating, repeatAligned } from './repeatAligned.ts';
import { TagDesk } from './tags/tagDesk.ts';
import type { TargetWatch } from './targetWatch.ts';
import type { OpenedTargets, TargetWatchOptions } from './targetWatchOptions.ts';
import { TrafficWatch } from './trafficWatch.ts';

/** While somebody looks, INFO is read this often; one reading costs the node about 60 us. */
const WATCHED_INFO_MS = 2_000;
const IDLE_INFO_MS = 10_000;

/** Instances announce themselves this often unless they are told otherwise. */
const ANNOUNCED_MS = 5_000;

const MAINTENANCE_MS = 60_000;

/** Several changes within this become one snapshot. */
const GATHER_MS = 100;

/** Targets are scraped at times of their own; with hundreds of them some scrape ends every few milliseconds. */
const GATHER_SCRAPES_MS = 1_000;

/** Starts to read a target and goes on until closed: one reader for all viewers. */
export function openTargetWatch(options: TargetWatchOptions): TargetWatch {
  return new TargetReader(options);
}

class TargetReader implements TargetWatch {
  readonly keys: KeyDesk;
  readonly #options: TargetWatchOptions;
  readonly #node: NodeWatch;
  readonly #traffic: TrafficWatch;
  readonly #services: ServicesWatch;
  readonly #targets: OpenedTargets;
  readonly #tags: TagDesk;
  readonly #looks: PatternLooks;
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #repeating: readonly Repeating[];
  readonly #info: Repeating;
  readonly #stops: readonly (() => void)[];
  #viewerCount = 0;
  #isAway = false;
  #sequence: number;
  #gathering: NodeJS.Timeout | undefined;
  #gatheringScrapes: NodeJS.Timeout | undefined;
  #finders: readonly MetricsFinder[] = [];
  #current: Snapshot;

  constructor(options: TargetWatchOptions) {
    const { connection, samples, nowMs, history } = options;
    this.#options = options;
    this.#tags = new TagDesk({ ...options, snapshot: () => this.#current });
    this.#node = new NodeWatch(options);
    const facts = () => {
      const reading = this.#node.snapshot().facts;
      return reading.state === 'known' ? reading.value : null;
    };
    this.#looks = options.openLooks(facts);
    this.keys = options.openKeys({ facts, hitRatioOf: (pattern) => this.#hitRatioOf(pattern) });
    this.#traffic = new TrafficWatch(options);
    this.#services = new ServicesWatch({ ...options, ...options.instances });
    // From the clock, so that it keeps rising over a restart of the server.
    this.#sequence = nowMs();
    this.#current = this.#build();
    const repeat = (intervalMs: () => number, task: () => Promise<void>) =>
      repeatAligned({ nowMs, intervalMs, task });
    this.#info = repeat(
      () => (this.#viewerCount > 0 ? WATCHED_INFO_MS : IDLE_INFO_MS),
      () => this.#readInfo(),
    );
    this.#repeating = [
      this.#info,
      repeat(
        () => ANNOUNCED_MS,
        async () => this.#servicesChanged(await this.#services.readAnnounced()),
      ),
      repeat(
        () => MAINTENANCE_MS,
        async () => history.maintain(nowMs()),
      ),
    ];
    this.#targets = options.openTargets({
      targetsChanged: (targets) => this.#traffic.setTargets(targets),
      scraped: (target, scrape) => {
        this.#traffic.take(target, scrape);
        this.#servicesChanged(this.#services.take(target, scrape));
        this.#trafficChanged();
      },
      findersChanged: (finders) => {
        this.#finders = finders;
        this.#trafficChanged();
      },
    });
    this.#stops = [
      connection.onStatus((state) => this.#connectionChanged(state)),
      samples.onChange(() => this.#changed()),
    ];
  }

  snapshot(): Snapshot {
    return this.#current;
  }

  onChange(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  info(nodeId: string): Reading<readonly InfoSection[]> {
    if (nodeId === this.#options.nodeId) return this.#node.info();
    return unknown('notSupported', `There is no node ${nodeId}.`);
  }

  breakerStretches(span: TimeSpan): readonly BreakerStretch[] {
    return this.#services.stretches(span);
  }

  warmingServices(): readonly WarmingService[] {
    return this.#services.warmingServices();
  }

  invalidations(): readonly InstanceInvalidation[] {
    return this.#services.invalidations();
  }

  trafficParts(pattern: string): readonly TrafficPart[] {
    return this.#traffic.partsOf(pattern, this.#options.nowMs());
  }

  look(pattern: string): Promise<Reading<PatternLook>> {
    return this.#looks.look(pattern);
  }

  lastLook(pattern: string): Reading<PatternLook> | null {
    return this.#looks.last(pattern);
  }

  declaredTtlMs(pattern: string): number | null {
    return this.#looks.declaredTtlMs(pattern);
  }

  get sourceLoads() {
    return this.#traffic.sourceLoads;
  }

  freshnessAtSet(pattern: string): Reading<FreshnessAtSet> {
    return this.#traffic.freshnessAtSet(pattern);
  }

  listTags(search: string): Promise<TagList> {
    return this.#tags.list(search);
  }

  readTag(layout: string, tagKey: string): Promise<TagDetail> {
    return this.#tags.detail(layout, tagKey);
  }

  readTagMark(layout: string, tagKey: string): Promise<TagMark> {
    return readTagMark(this.#options.connection, layout, tagKey);
  }

  addViewer(): () => void {
    this.#viewerCount += 1;
    if (this.#viewerCount === 1) this.#info.runSoon();
    return () => {
      this.#viewerCount -= 1;
    };
  }

  viewerCount(): number {
    return this.#viewerCount;
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#gathering);
    clearTimeout(this.#gatheringScrapes);
    this.#tags.close();
    this.#options.connection.close();
    this.#looks.close();
    this.keys.close();
    this.#services.close();
    const ends = this.#repeating.map((repeating) => repeating.stop());
    await Promise.all([...ends, this.#targets.close(), this.#options.samples.close()]);
    this.#listeners.clear();
  }

  #hitRatioOf(pattern: string): Reading<number> {
    const found = this.#current.patterns.find((known) => known.pattern === pattern);
    return found === undefined
      ? unknown('notEnoughData', 'No key of the last sample and no metric has this pattern.')
      : hitRatioReading(found.traffic);
  }

  async #readInfo(): Promise<void> {
    await this.#node.read();
    this.#changed();
  }

  #trafficChanged(): void {
    this.#gatheringScrapes ??= setTimeout(() => {
      this.#gatheringScrapes = undefined;
      const reported = [...this.#traffic.reportedPatterns()];
      this.#options.samples.declare(
        reported.filter(([, { identity }]) => identity === 'pattern').map(([pattern]) => pattern),
      );
      this.#changed();
    }, GATHER_SCRAPES_MS);
  }

  /** A breaker that opens is told at once; what else a reading says waits for the next snapshot. */
  #servicesChanged(isStateNew: boolean): void {
    if (isStateNew) this.#changed();
  }

  #connectionChanged(state: ConnectionState): void {
    // The reason may change while Redis is away; that is still the same outage.
    if (state.state === 'unreachable' && !this.#isAway) {
      recordOutage(this.#options);
      // What the services say of it comes over HTTP.
      this.#targets.hurry();
    }
    this.#isAway = state.state === 'unreachable' || (this.#isAway && state.state === 'connecting');
    this.#changed();
    // What the page shows of a Redis that came back is read at once, not at the next tick.
    if (state.state === 'connected') this.#info.runSoon();
  }

  #build(): Snapshot {
    this.#sequence += 1;
    return deriveSnapshot({
      ...this.#options,
      sequence: this.#sequence,
      node: this.#node,
      traffic: this.#traffic,
      services: this.#services,
      finders: this.#finders,
    });
  }

  #changed(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#current = this.#build();
      for (const listener of this.#listeners) listener(this.#current);
    }, GATHER_MS);
  }
}

function recordOutage({ history, targetId, nowMs }: TargetWatchOptions): void {
  history.recordMark(targetId, { atMs: nowMs(), kind: 'outage', text: 'Redis stopped answering' });
}
