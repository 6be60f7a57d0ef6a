import type { SubscriptionSnapshot } from '#cache/eventBus/eventBus.ts';
import { parseCount, parseTexts, replyAt } from '#cache/store/parseReply.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import type { EventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import type { StreamBusSettings } from './streamBusOptions.ts';
import { joinScript, leaveScript, settleScript, standingScript, takeUpScript } from './streamScripts.ts';

export interface Settlement {
  readonly id: string;
  /** 0 = none, or dropped from the stream while it was pending, and so lost. */
  readonly seq: number;
  /** Why it failed for good; '' = it is done. */
  readonly reason: string;
}

export interface Settled {
  /** Newly lost. */
  readonly lostCount: number;
  readonly buriedIds: readonly string[];
}

interface GroupSurroundings {
  readonly transport: RedisTransport;
  readonly keys: EventStreamKeys;
  readonly settings: StreamBusSettings;
}

/** Entries of the dead-letter stream; older ones are trimmed. */
const MAX_DEAD_LETTERS = 10_000;
/** A consumer that has not asked for so long and has nothing pending is taken off the group, ms. */
const GONE_AFTER_MS = 3_600_000;

/** A consumer group of the stream, as one of its consumers changes and sees it. */
export class StreamGroup {
  readonly group: string;
  readonly consumer: string;
  readonly #around: GroupSurroundings;
  #hasJoined = false;

  constructor(around: GroupSurroundings, name: { readonly group: string; readonly consumer: string }) {
    this.#around = around;
    this.group = name.group;
    this.consumer = name.consumer;
  }

  /** How many events are newly lost with a stream that is gone. A group that is missing again was emptied with Redis. */
  async join(): Promise<Outcome<number>> {
    const { transport, keys } = this.#around;
    const outcome = await joinScript.run(transport, {
      keys: [keys.stream, keys.counter, keys.ledgerOf(this.group)],
      args: [this.group, this.#hasJoined ? '0' : '$', GONE_AFTER_MS],
    });
    if (!outcome.isDone) return outcome;
    this.#hasJoined = true;
    return { isDone: true, reply: parseCount(outcome.reply) };
  }

  /** `isEndChecked`: also whether the last entries of the stream were dropped. */
  async settle(settlements: readonly Settlement[], isEndChecked: boolean): Promise<Outcome<Settled>> {
    const args = settlements.flatMap(({ id, seq, reason }) => [id, seq, reason]);
    const outcome = await settleScript.run(this.#around.transport, {
      keys: this.#keys(),
      args: [this.group, MAX_DEAD_LETTERS, isEndChecked ? 1 : 0, ...args],
    });
    if (!outcome.isDone) return outcome;
    return {
      isDone: true,
      reply: { lostCount: parseCount(replyAt(outcome.reply, 0)), buriedIds: parseTexts(outcome.reply) },
    };
  }

  /** Own pending entries, or those that others let lie for so long. */
  takeUp(from: string, idleMs: number | null): Promise<Outcome<unknown>> {
    const { transport, keys, settings } = this.#around;
    return takeUpScript.run(transport, {
      keys: [keys.stream],
      args: [this.group, this.consumer, from, settings.batchSize, ...(idleMs === null ? [] : [idleMs])],
    });
  }

  async leave(): Promise<void> {
    const { transport, keys } = this.#around;
    await leaveScript.run(transport, { keys: [keys.stream], args: [this.group, this.consumer] });
  }

  async readStanding(): Promise<SubscriptionSnapshot | null> {
    const outcome = await standingScript.run(this.#around.transport, {
      keys: this.#keys(),
      args: [this.group],
    });
    if (!outcome.isDone) return null;
    const count = (index: number): number => parseCount(replyAt(outcome.reply, index));
    return {
      undeliveredCount: count(0),
      pendingCount: count(1),
      lostCount: count(2),
      deadLetterCount: count(3),
    };
  }

  #keys(): string[] {
    const { keys } = this.#around;
    return [keys.stream, keys.counter, keys.ledgerOf(this.group), keys.deadLettersOf(this.group)];
  }
}
