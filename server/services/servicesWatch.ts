import type { HistoryStore } from '#server/history/historyStore.ts';
import type { AnnouncedInstances } from '#server/sources/announced/announcedInstances.ts';
import type { AskedState } from '#server/sources/services/askedState.ts';
import { parseInstances } from '#server/sources/services/parseInstances.ts';
import type { Scrape } from '#server/sources/targets/scrape/scrape.ts';
import { type ScrapeTarget, shownUrl } from '#server/sources/targets/scrapeTarget.ts';
import type { AnnouncementsState } from '#shared/services/announcementsState.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { ServiceInstance } from '#shared/services/serviceInstance.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { BreakerMarks } from './breakerMarks.ts';
import { deriveWarmingServices } from './deriveWarmingServices.ts';
import type { InstanceBook } from './instanceBook.ts';
import { invalidationPoints } from './invalidation/invalidationPoints.ts';

export interface ServicesWatchOptions {
  readonly targetId: TargetId;
  readonly book: InstanceBook;
  readonly announced: Pick<AnnouncedInstances, 'look' | 'foundWarmers'>;
  /** Asks those that no page tells of; for while their snapshots cannot be read. Never rejects. */
  readonly askStates: () => Promise<readonly AskedState[]>;
  readonly history: Pick<
    HistoryStore,
    'recordMark' | 'recordBreakers' | 'breakerStretches' | 'recordInvalidations'
  >;
  readonly nowMs: () => number;
}

/** What is not written yet is lost when this server ends without notice. */
const WRITE_MS = 10_000;

/** Keeps what the instances of services tell of themselves: as it is now, and as it went. */
export class ServicesWatch {
  readonly #options: ServicesWatchOptions;
  readonly #marks = new BreakerMarks();
  #announcements: AnnouncementsState = { state: 'pending', lastOkAtMs: null, detail: '', leftOutCount: 0 };
  #writtenAtMs = -Infinity;

  constructor(options: ServicesWatchOptions) {
    this.#options = options;
  }

  /** Takes in what a scrape gave; true = a state is new, so that nobody should wait to be told. */
  take(target: ScrapeTarget, scrape: Scrape): boolean {
    const { book } = this.#options;
    const address =
      target.origin === 'prometheus' ? `${shownUrl(target.url)} (${target.foundBy})` : shownUrl(target.url);
    if (scrape.state === 'down') {
      book.noteFailure(address, scrape.detail);
      return false;
    }
    const way = target.origin === 'prometheus' ? 'prometheus' : 'http';
    const { changes, isStateNew } = book.take(
      parseInstances(scrape.samples, { ...target.labels, atMs: scrape.atMs, way, address }),
    );
    this.#marks.add(changes);
    this.#write(isStateNew);
    return isStateNew;
  }

  /** Looks at the announcements in Redis; true = a state is new. Never rejects. */
  async readAnnounced(): Promise<boolean> {
    const { announced, book, nowMs } = this.#options;
    try {
      const look = await announced.look();
      const { changes, isStateNew } = book.takeAnnounced(look);
      this.#marks.add(changes);
      this.#announcements = {
        state: 'working',
        lastOkAtMs: nowMs(),
        detail: '',
        leftOutCount: look.leftOutCount,
      };
      this.#write(isStateNew);
      return isStateNew;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#announcements = { ...this.#announcements, state: 'failing', detail };
      return this.#takeAsked();
    }
  }

  async #takeAsked(): Promise<boolean> {
    const { book, askStates, nowMs } = this.#options;
    const states = await askStates();
    const { changes, isStateNew } = book.takeAsked(states, nowMs());
    this.#marks.add(changes);
    this.#write(isStateNew);
    return isStateNew;
  }

  invalidations(): readonly InstanceInvalidation[] {
    return this.#options.book.invalidations(this.#options.nowMs());
  }

  announcements(): AnnouncementsState {
    return this.#announcements;
  }

  instances(): readonly ServiceInstance[] {
    return this.#options.book.instances(this.#options.nowMs());
  }

  /** The warmers of services, as they were announced last; while Redis is away, as before. */
  warmingServices(): readonly WarmingService[] {
    return deriveWarmingServices(this.#options.announced.foundWarmers(), this.instances());
  }

  /** How breakers stood within the span, up to now. */
  stretches(span: TimeSpan): readonly BreakerStretch[] {
    this.#write(true);
    return this.#options.history.breakerStretches(this.#options.targetId, span);
  }

  close(): void {
    this.#write(true);
  }

  #write(isDue: boolean): void {
    const { book, history, targetId, nowMs } = this.#options;
    const atMs = nowMs();
    for (const mark of this.#marks.take(atMs, (service) => book.countOf(service))) {
      history.recordMark(targetId, mark);
    }
    if (!isDue && Math.abs(atMs - this.#writtenAtMs) < WRITE_MS) return;
    this.#writtenAtMs = atMs;
    const stretches = book.drain();
    if (stretches.length > 0) history.recordBreakers(targetId, stretches);
    for (const [stepAtMs, points] of invalidationPoints(book.drainInvalidations()))
      history.recordInvalidations(targetId, stepAtMs, points);
  }
}
