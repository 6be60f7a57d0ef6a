import type { RedisSettings } from '#server/config/config.ts';
import { MAX_SCAN_COUNT } from './commandGuard.ts';
import { replyFault } from './faults/faultOf.ts';
import {
  encodePage,
  type KeyFacts,
  type PageRequest,
  parsePage,
  parseScan,
  repliesPerKey,
} from './keyPage.ts';
import type { LookupLedger } from './lookupLedger.ts';
import { QUICK_AUTHENTICATION_TRIES, REFUSED_DELAY_MS } from './reconnectDelay.ts';
import { RedisFault } from './redisConnection.ts';
import { RespError, type RespValue } from './respParser.ts';
import { openRespSession, type RespSession } from './respSession.ts';

export type { KeyFacts } from './keyPage.ts';

export interface KeyPage {
  /** `0` = the walk is complete. */
  readonly nextCursor: string;
  readonly keys: readonly KeyFacts[];
  /** Names that SCAN gave but whose key had expired or was removed before it was looked at. */
  readonly goneCount: number;
  /** Names of keys that our user may not read (outside its ACL prefix): counted, never passed on. */
  readonly deniedCount: number;
}

/**
 * Reads keys page by page over a socket of its own, without a promise per command. Look-ups are counted in the ledger,
 * which also holds them back while INFO is read: callers need no gate. Failures reject with `RedisFault`; the next call
 * connects again.
 */
export interface KeyStream {
  /** DBSIZE: keys of the database, expired but not yet removed ones included. */
  keyCount(): Promise<number>;
  /** One SCAN step and, for each key, PTTL, TYPE and MEMORY USAGE: two round trips. Any cursor is allowed. */
  readPage(cursor: string, count: number): Promise<KeyPage>;
  /**
   * Goes on from `cursor` until the walk is complete or `onPage` answers false. The next page is read while `onPage`
   * works, one ahead at most; pause inside `onPage` to go slower.
   */
  walk(options: WalkOptions): Promise<void>;
  close(): void;
}

export interface WalkOptions {
  readonly cursor: string;
  readonly count: number;
  readonly onPage: (page: KeyPage) => boolean | Promise<boolean>;
}

export interface KeyStreamOptions {
  readonly settings: RedisSettings;
  readonly ledger: LookupLedger;
  readonly nowMs: () => number;
}

/** Longest wait for one page. A page of 1,000 keys takes Redis 5 ms. */
const STEP_TIMEOUT_MS = 3_000;

/** How long a denied MEMORY USAGE is not asked again. */
const DENIED_PAUSE_MS = 10 * 60_000;

interface Names {
  readonly cursor: string;
  readonly names: readonly Uint8Array[];
}

/** A page that has been asked for. */
interface Step {
  readonly page: Promise<KeyPage>;
  /** Names of the next page, known before the page is; null when the walk is complete. */
  readonly next: Promise<Names | null>;
}

export function openKeyStream(options: KeyStreamOptions): KeyStream {
  return new SocketKeyStream(options);
}

class SocketKeyStream implements KeyStream {
  readonly #connector: Connector;
  readonly #ledger: LookupLedger;
  readonly #nowMs: () => number;
  #bytesDeniedUntilMs = 0;

  constructor({ settings, ledger, nowMs }: KeyStreamOptions) {
    this.#connector = openConnector({ settings, nowMs, ledger });
    this.#ledger = ledger;
    this.#nowMs = nowMs;
  }

  async keyCount(): Promise<number> {
    const session = await this.#connector.session();
    const [reply] = await session.send([['DBSIZE']]);
    if (typeof reply === 'number') return reply;
    if (reply instanceof RespError) throw replyFault(reply.text, 'DBSIZE');
    throw new RedisFault('other', 'DBSIZE', 'Redis answered DBSIZE with something else.');
  }

  async readPage(cursor: string, count: number): Promise<KeyPage> {
    return this.#lookAt(await this.#scan(cursor, count), null).page;
  }

  async walk({ cursor, count, onPage }: WalkOptions): Promise<void> {
    let step: Step | null = this.#lookAt(await this.#scan(cursor, count), count);
    while (step !== null) {
      const { page, next }: Step = step;
      step = null;
      try {
        const names: Names | null = await next;
        // Before this page is here: Redis goes on to the next one while this one is read.
        step = names === null ? null : this.#lookAt(names, count);
        if (await onPage(await page)) continue;
      } catch (error) {
        await Promise.all([settled(page), settled(step?.page)]);
        throw error;
      }
      await settled(step?.page);
      return;
    }
  }

  close(): void {
    this.#connector.close();
  }

  async #scan(cursor: string, count: number): Promise<Names> {
    checkBounds(cursor, count);
    const request = { names: [], asksBytes: false, scan: { cursor, count } };
    const session = await this.#connector.session();
    const [reply] = await session.exchange(encodePage(request), 1);
    return parseScan(reply);
  }

  /** Looks at the keys of one page and, in the same write, scans for the next. */
  #lookAt({ cursor, names }: Names, nextCount: number | null): Step {
    const scan = nextCount === null || cursor === '0' ? null : { cursor, count: nextCount };
    const next = Promise.withResolvers<Names | null>();
    const page = this.#ledger.run(async () => {
      const request = { names, asksBytes: this.#nowMs() >= this.#bytesDeniedUntilMs, scan };
      const replies = await this.#exchangeLookups(request, next.resolve);
      const { lookups, isSizeDenied, fault, ...facts } = parsePage(request, replies);
      this.#ledger.record(lookups);
      if (isSizeDenied) this.#bytesDeniedUntilMs = this.#nowMs() + DENIED_PAUSE_MS;
      if (fault !== null) throw fault;
      return { nextCursor: cursor, ...facts };
    });
    // Failures are told when their turn comes; until then nobody listens.
    page.catch(next.reject);
    next.promise.catch(() => {});
    return { page, next: next.promise };
  }

  async #exchangeLookups(
    request: PageRequest,
    onNext: (names: Promise<Names> | null) => void,
  ): Promise<readonly RespValue[]> {
    const { names, asksBytes, scan } = request;
    const lookupCount = names.length * repliesPerKey(asksBytes);
    if (scan === null) onNext(null);
    if (scan === null && lookupCount === 0) return [];
    const session = await this.#connector.session();
    try {
      if (scan === null) return await session.exchange(encodePage(request), lookupCount);
      const { first, others } = session.exchangeLed(encodePage(request), lookupCount);
      onNext(first.then(parseScan));
      return await others;
    } catch (error) {
      this.#ledger.recordUncertain();
      throw error;
    }
  }
}

/** Waits for a page that nobody wants any more, so that the socket is free and its look-ups are counted. */
async function settled(page: Promise<KeyPage> | undefined): Promise<void> {
  await page?.catch(() => {});
}

function checkBounds(cursor: string, count: number): void {
  if (!/^\d{1,20}$/.test(cursor)) throw new RangeError(`not a SCAN cursor: ${cursor.slice(0, 30)}`);
  if (!Number.isInteger(count) || count < 1 || count > MAX_SCAN_COUNT) {
    throw new RangeError(`count must be 1 to ${MAX_SCAN_COUNT}, not ${count}`);
  }
}

interface Connector {
  /** The open session, or a new one. */
  session(): Promise<RespSession>;
  close(): void;
}

function openConnector({ settings, nowMs, ledger }: KeyStreamOptions): Connector {
  let current: RespSession | null = null;
  let opening: Promise<RespSession> | null = null;
  let isClosed = false;
  let refusedCount = 0;
  let refusal: { readonly fault: RedisFault; readonly untilMs: number } | null = null;

  async function open(): Promise<RespSession> {
    try {
      const session = await openRespSession({
        settings,
        clientName: 'cachescope-sampler',
        timeoutMs: STEP_TIMEOUT_MS,
        addresses: ledger.addresses,
      });
      refusedCount = 0;
      current = session;
      if (isClosed) session.close();
      return session;
    } catch (error) {
      if (error instanceof RedisFault && error.kind === 'authentication') {
        refusedCount += 1;
        if (refusedCount >= QUICK_AUTHENTICATION_TRIES) {
          refusal = { fault: error, untilMs: nowMs() + REFUSED_DELAY_MS };
        }
      }
      throw error;
    } finally {
      opening = null;
    }
  }

  return {
    async session() {
      if (isClosed) throw new RedisFault('unreachable', '', 'The connection was closed.');
      if (current?.isOpen() === true) return current;
      if (refusal !== null && nowMs() < refusal.untilMs) throw refusal.fault;
      opening ??= open();
      return opening;
    },
    close() {
      isClosed = true;
      current?.close();
    },
  };
}
