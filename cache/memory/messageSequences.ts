import type { InvalidationMessage } from '#shared/control/invalidationMessage.ts';

/** How long a number that is absent may still come: nodes of a Cluster relay each at their own pace, ms. Ours. */
const LATE_MS = 1_000;
/** Senders that are remembered; the one that was heard longest ago goes first. */
const MAX_SENDERS = 2_000;
/** Absent numbers of a sender that are waited for one by one; of a wider gap the rest is missed at once. */
const MAX_AWAITED = 1_000;

interface Absence {
  readonly seenAtMs: number;
  readonly isInSession: boolean;
}

interface Sender {
  readonly sinceMs: number;
  last: number;
  readonly absent: Map<number, Absence>;
  /** False until it is heard in the session of now: what was missed before is no longer in memory. */
  isHeardInSession: boolean;
}

export interface SettledGaps {
  readonly missedCount: number;
  /** Some of it while the subscription stood. */
  readonly isInSession: boolean;
}

/**
 * What of the messages of each sender never came, by their numbers. The first that is heard of a sender says only where it stands:
 * what it sent before is in no count.
 */
export class MessageSequences {
  readonly #senders = new Map<string, Sender>();
  #missedCount = 0;
  #isInSession = false;

  /** A new subscription: gaps across its beginning concern nothing that is in memory. */
  beginSession(): void {
    for (const sender of this.#senders.values()) sender.isHeardInSession = false;
  }

  /** `unknown`: the message has no number, or is of an earlier process of its sender. */
  note(
    { from, since, seq }: Pick<InvalidationMessage, 'from' | 'since' | 'seq'>,
    nowMs: number,
  ): 'new' | 'late' | 'duplicate' | 'unknown' {
    if (since === undefined || seq === undefined) return 'unknown';
    const known = this.#senders.get(from);
    if (known !== undefined && since < known.sinceMs) return 'unknown';
    const sender = known?.sinceMs === since ? known : this.#begun(known, since, seq);
    this.#remember(from, sender);
    if (seq <= sender.last && sender === known) return sender.absent.delete(seq) ? 'late' : 'duplicate';
    for (let absent = sender.last + 1; absent < seq; absent += 1) {
      if (sender.absent.size >= MAX_AWAITED) {
        this.#miss(seq - absent, sender.isHeardInSession);
        break;
      }
      sender.absent.set(absent, { seenAtMs: nowMs, isInSession: sender.isHeardInSession });
    }
    sender.last = seq;
    sender.isHeardInSession = true;
    return 'new';
  }

  /** What is newly known to be missed. */
  settle(nowMs: number): SettledGaps {
    for (const { absent } of this.#senders.values()) {
      for (const [number, { seenAtMs, isInSession }] of absent) {
        if (Math.abs(nowMs - seenAtMs) < LATE_MS) break;
        absent.delete(number);
        this.#miss(1, isInSession);
      }
    }
    const settled = { missedCount: this.#missedCount, isInSession: this.#isInSession };
    this.#missedCount = 0;
    this.#isInSession = false;
    return settled;
  }

  /** Of a process that is new under a name that was heard before, whatever it sent since its beginning should have come. */
  #begun(before: Sender | undefined, sinceMs: number, seq: number): Sender {
    if (before === undefined) return { sinceMs, last: seq, absent: new Map(), isHeardInSession: true };
    for (const { isInSession } of before.absent.values()) this.#miss(1, isInSession);
    return { sinceMs, last: 0, absent: new Map(), isHeardInSession: before.isHeardInSession };
  }

  #remember(from: string, sender: Sender): void {
    this.#senders.delete(from);
    this.#senders.set(from, sender);
    const [oldest] = this.#senders.keys();
    if (this.#senders.size > MAX_SENDERS && oldest !== undefined) this.#senders.delete(oldest);
  }

  #miss(count: number, isInSession: boolean): void {
    this.#missedCount += count;
    this.#isInSession ||= isInSession;
  }
}
