import { bucketQuantile, FAN_OUT_BOUNDS, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import type { EventRow } from './invalidationModel.ts';

/** One event as the table shows it. Null = not known. */
export interface ShownEvent {
  readonly id: string;
  readonly service: string;
  readonly event: string;
  /** Of the last minute where it had any, else since the instances began. */
  readonly isRecent: boolean;
  readonly published: number;
  readonly applied: number;
  readonly failed: number;
  readonly lost: number;
  /** Entries that one event removed. */
  readonly fanOutMean: number | null;
  readonly fanOutP95: number | null;
  /** Seconds. */
  readonly lagMean: number | null;
  readonly lagP95: number | null;
  readonly isStorm: boolean;
}

/** RULES R19. */
const STORM_FAN_OUT = 100;

/** Those that remove most entries at once first. */
export function prepareEvents(events: readonly EventRow[]): readonly ShownEvent[] {
  return events
    .map(shownOf)
    .sort((a, b) => (b.fanOutMean ?? -1) - (a.fanOutMean ?? -1) || a.event.localeCompare(b.event, 'en'));
}

function shownOf({ service, total, recent }: EventRow): ShownEvent {
  const isRecent = recent !== null && (recent.applied > 0 || recent.published > 0);
  const tally = isRecent ? recent : total;
  const fanOutMean = tally.applied === 0 ? null : tally.removed / tally.applied;
  const fanOutP95 =
    tally.fanOutBuckets === null ? null : bucketQuantile(tally.fanOutBuckets, FAN_OUT_BOUNDS, 0.95);
  const { published, applied, failed, lost } = tally;
  return {
    id: JSON.stringify([service, total.event]),
    service: service ?? '',
    event: total.event,
    ...{ isRecent, published, applied, failed, lost, fanOutMean, fanOutP95 },
    lagMean: tally.lagCount === 0 ? null : tally.lagMs / tally.lagCount / 1_000,
    lagP95: tally.lagBuckets === null ? null : bucketQuantile(tally.lagBuckets, LAG_BOUNDS_SECONDS, 0.95),
    isStorm: (fanOutP95 ?? fanOutMean ?? 0) >= STORM_FAN_OUT,
  };
}
