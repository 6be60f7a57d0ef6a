import type {
  BusSurroundings,
  Subscriber,
  Subscription,
  SubscriptionSnapshot,
  Verdict,
} from '#cache/eventBus/eventBus.ts';
import { BlockingReader } from '#cache/store/blockingReader.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import { parseEventEnvelope, parseEventSeq } from '#shared/control/eventEnvelope.ts';
import type { EventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { type DeliveredEntry, parseNew, parseTakenUp } from './parseStreamReply.ts';
import type { StreamBusSettings } from './streamBusOptions.ts';
import { StreamGroup } from './streamGroup.ts';

export interface ConsumerSurroundings extends BusSurroundings {
  readonly keys: EventStreamKeys;
  readonly settings: StreamBusSettings;
}

/** Longest wait between two tries, ms. */
const MAX_RETRY_MS = 30_000;
/** An event that came back so many times more than it may fail is one that ends the process, or never ends. */
const ENDLESS_FACTOR = 4;

/**
 * Reads a group's share of the stream, one batch after the other: what it left undone before, what others let lie, what is new.
 * New entries are waited for on a connection of its own.
 */
export class StreamConsumer implements Subscription {
  readonly #around: ConsumerSurroundings;
  readonly #subscriber: Subscriber;
  readonly #group: StreamGroup;
  readonly #closing: Promise<void>;
  #tellClosing: () => void = () => {};
  #isClosed = false;
  readonly #reader: BlockingReader;
  #isJoined = false;
  /** When this consumer's own pending entries are due, epoch ms; null = it has none. */
  #ownDueAtMs: number | null = 0;
  #upkeepDueAtMs = 0;
  #failedRounds = 0;
  #ended: Promise<void> | null = null;

  constructor(around: ConsumerSurroundings, subscriber: Subscriber) {
    this.#around = around;
    this.#subscriber = subscriber;
    const consumer = around.settings.consumer ?? subscriber.instance;
    this.#group = new StreamGroup(around, { group: subscriber.service, consumer });
    // What Redis had sent when the connection broke is pending, and nobody was told.
    this.#reader = new BlockingReader(around.redis, {
      onBroken: () => {
        this.#ownDueAtMs = 0;
      },
    });
    this.#closing = new Promise((resolve) => {
      this.#tellClosing = resolve;
    });
  }

  start(): void {
    this.#ended ??= this.#run();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tellClosing();
    this.#reader.close();
    await this.#ended;
    await this.#group.leave();
  }

  snapshot(): Promise<SubscriptionSnapshot | null> {
    return this.#group.readStanding();
  }

  /** One round: joins where needed, then what is due, then what is new. */
  async turn(): Promise<void> {
    if (!(await this.#join())) return this.#backOff();
    const nowMs = this.#around.clock();
    if (this.#ownDueAtMs !== null && this.#ownDueAtMs <= nowMs && !(await this.#takeUpOwn())) {
      return this.#backOff();
    }
    if (this.#upkeepDueAtMs <= nowMs && !(await this.#keepUp(nowMs))) return this.#backOff();
    if (this.#isClosed) return;
    const read = await this.#readNew();
    if (!read.isDone) {
      if (this.#isClosed) return;
      this.#subscriber.failed(read.code, read.error);
      this.#beginAnew();
      return this.#backOff();
    }
    if (read.reply.length > 0 && !(await this.#process(read.reply))) await this.#backOff();
  }

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      try {
        await this.turn();
      } catch (error) {
        this.#subscriber.failed('wentWrong', error);
        this.#beginAnew();
        await this.#backOff();
      }
    }
  }

  async #join(): Promise<boolean> {
    if (this.#isJoined) return true;
    const joined = await this.#group.join();
    if (!joined.isDone) return this.#fail(joined);
    if (joined.reply > 0) this.#subscriber.lost(joined.reply);
    this.#isJoined = true;
    return true;
  }

  async #takeUpOwn(): Promise<boolean> {
    this.#ownDueAtMs = null;
    const isDone = await this.#takeUp(null);
    if (!isDone) this.#postpone();
    if (this.#ownDueAtMs === null) this.#failedRounds = 0;
    else this.#failedRounds += 1;
    return isDone;
  }

  /** What others let lie, and whether the end of the stream was dropped before anybody could read it. */
  async #keepUp(nowMs: number): Promise<boolean> {
    const { claimIdleMs } = this.#around.settings;
    if (!(await this.#takeUp(claimIdleMs))) return false;
    const settled = await this.#group.settle([], true);
    if (!settled.isDone) return this.#fail(settled);
    if (settled.reply.lostCount > 0) this.#subscriber.lost(settled.reply.lostCount);
    this.#upkeepDueAtMs = nowMs + claimIdleMs / 2;
    return true;
  }

  async #takeUp(idleMs: number | null): Promise<boolean> {
    const { batchSize } = this.#around.settings;
    let from = '-';
    while (!this.#isClosed) {
      const page = await this.#group.takeUp(from, idleMs);
      if (!page.isDone) return this.#fail(page);
      const entries = parseTakenUp(page.reply);
      if (entries.length > 0 && !(await this.#process(entries))) return false;
      const last = entries.at(-1);
      if (last === undefined || entries.length < batchSize) return true;
      from = `(${last.id}`;
    }
    return true;
  }

  async #readNew(): Promise<Outcome<readonly DeliveredEntry[]>> {
    const { keys, clock, settings } = this.#around;
    const untilDueMs = Math.min(this.#ownDueAtMs ?? Number.POSITIVE_INFINITY, this.#upkeepDueAtMs) - clock();
    const { group, consumer } = this.#group;
    const readGroup = ['GROUP', group, consumer, 'COUNT', settings.batchSize];
    const read = await this.#reader.read(
      (client, blockMs) => {
        const wait = settings.blockMs === 0 ? [] : ['BLOCK', blockMs];
        return client.xreadgroup(...readGroup, ...wait, 'STREAMS', keys.stream, '>');
      },
      Math.min(settings.blockMs, Math.ceil(untilDueMs)),
    );
    return read.isDone ? { isDone: true, reply: parseNew(read.reply) } : read;
  }

  /** False when Redis did not take the outcome: then all of it comes back. */
  async #process(entries: readonly DeliveredEntry[]): Promise<boolean> {
    const { maxDeliveries } = this.#around.settings;
    const endless = maxDeliveries * ENDLESS_FACTOR;
    const isHandled = (entry: DeliveredEntry) => entry.fields.length > 0 && entry.deliveryCount <= endless;
    const given = entries.filter(isHandled);
    const deliveries = given.map(({ fields, deliveryCount }) => ({
      envelope: parseEventEnvelope(fields),
      deliveryCount,
    }));
    const verdicts = given.length === 0 ? [] : await this.#subscriber.handle(deliveries);
    const verdictOf = new Map<DeliveredEntry, Verdict | undefined>(
      given.map((entry, index) => [entry, verdicts[index]]),
    );
    const settlements = entries.flatMap((entry) => {
      const seq = parseEventSeq(entry.fields) ?? 0;
      if (entry.fields.length === 0) return [{ id: entry.id, seq, reason: '' }];
      if (!isHandled(entry))
        return [{ id: entry.id, seq, reason: `delivered ${entry.deliveryCount} times without an end` }];
      const verdict = verdictOf.get(entry);
      if (verdict?.state === 'done') return [{ id: entry.id, seq, reason: '' }];
      if (verdict?.state !== 'failed' || entry.deliveryCount < maxDeliveries) return [];
      return [{ id: entry.id, seq, reason: verdict.reason }];
    });
    if (settlements.length < entries.length) this.#postpone();
    return this.#settle(entries, settlements);
  }

  async #settle(
    entries: readonly DeliveredEntry[],
    settlements: readonly { readonly id: string; readonly seq: number; readonly reason: string }[],
  ): Promise<boolean> {
    if (settlements.length === 0) return true;
    const settled = await this.#group.settle(settlements, false);
    if (!settled.isDone) {
      this.#postpone();
      return this.#fail(settled);
    }
    const { lostCount, buriedIds } = settled.reply;
    if (lostCount > 0) this.#subscriber.lost(lostCount);
    for (const { id, reason } of settlements) {
      if (!buriedIds.includes(id)) continue;
      const fields = entries.find((entry) => entry.id === id)?.fields ?? [];
      this.#subscriber.deadLettered(parseEventEnvelope(fields), reason);
    }
    return true;
  }

  #postpone(): void {
    const { clock, settings } = this.#around;
    const waitMs = Math.min(MAX_RETRY_MS, settings.retryDelayMs * 2 ** Math.min(this.#failedRounds, 20));
    this.#ownDueAtMs ??= clock() + waitMs;
  }

  /** The connection may be dead, the group gone, and a reply lost. */
  #beginAnew(): void {
    this.#reader.close();
    this.#isJoined = false;
    this.#ownDueAtMs = 0;
    this.#upkeepDueAtMs = 0;
  }

  #fail(failed: { readonly code: Parameters<Subscriber['failed']>[0]; readonly error: unknown }): false {
    this.#subscriber.failed(failed.code, failed.error);
    this.#isJoined = false;
    return false;
  }

  async #backOff(): Promise<void> {
    if (this.#isClosed) return;
    await Promise.race([this.#around.pause(this.#around.settings.retryDelayMs), this.#closing]);
  }
}
