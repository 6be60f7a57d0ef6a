import type { TagMark } from '#server/tags/marks/tagMark.ts';
import type { PatternLook } from '#shared/look/patternLook.ts';
import type { Reading } from '#shared/reading.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import type { InfoSection, Snapshot } from '#shared/snapshot.ts';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import type { TagList } from '#shared/tags/tagSummary.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type { FreshnessAtSet } from '#shared/traffic/freshnessAtSet.ts';
import type { TrafficPart } from '#shared/traffic/trafficPart.ts';
import type { KeyDesk } from './keys/keyDesk.ts';
import type { SourceLoads } from './traffic/sourceLoads.ts';

/** Everything the server keeps reading of one target. One watch serves all viewers. */
export interface TargetWatch {
  snapshot(): Snapshot;
  /** Called at every new snapshot; returns the way to stop listening. */
  onChange(listener: (snapshot: Snapshot) => void): () => void;
  /** The last whole INFO of a node. */
  info(nodeId: string): Reading<readonly InfoSection[]>;
  /** How the breakers of services stood within the span. */
  breakerStretches(span: TimeSpan): readonly BreakerStretch[];
  /** The warmers of services, as they were announced last. */
  warmingServices(): readonly WarmingService[];
  /** What the instances of our library tell of their invalidations now. */
  invalidations(): readonly InstanceInvalidation[];
  /** What each process counted of a pattern within about the last hour, since this server started. */
  trafficParts(pattern: string): readonly TrafficPart[];
  /**
   * Looks at the first bytes and the last use of some keys of a pattern, or gives the look of the last minute. Only on a person's
   * word: Redis counts the look-ups (they are subtracted), and before 7.2 the keys look used after it.
   */
  look(pattern: string): Promise<Reading<PatternLook>>;
  /** The newest look at the pattern; null when nobody has looked. */
  lastLook(pattern: string): Reading<PatternLook> | null;
  /** TTL that services give the keys of a pattern, ms, where it was declared. */
  declaredTtlMs(pattern: string): number | null;
  /** How long entries of a pattern are fresh when services store them, by their metrics. */
  freshnessAtSet(pattern: string): Reading<FreshnessAtSet>;
  /** What all services load from the source. */
  readonly sourceLoads: Pick<SourceLoads, 'vitals' | 'steps' | 'recentPerSecond'>;
  /** The tags that were found so far; the walk over all keys goes on within its budget. Throws `AppError` redisUnreachable or redisRefused. */
  listTags(search: string): Promise<TagList>;
  /**
   * Looks at up to 1,000 members of a tag whose layout lists its entries, or gives that of the last second. Throws `AppError`
   * badInput, notFound, busy, redisUnreachable or redisRefused.
   */
  readTag(layout: string, tagKey: string): Promise<TagDetail>;
  /** Finds and inspects single keys. */
  readonly keys: KeyDesk;
  /** Throws `AppError` badInput, notFound, redisUnreachable or redisRefused. */
  readTagMark(layout: string, tagKey: string): Promise<TagMark>;
  /** Reads INFO every 2 s instead of every 10 s until the returned function is called. */
  addViewer(): () => void;
  /** Viewers that were added and have not gone. */
  viewerCount(): number;
  close(): Promise<void>;
}
