import { setTimeout as pause } from 'node:timers/promises';
import type { CacheCore } from '#cache/cacheCore.ts';
import { CacheError } from '#cache/cacheError.ts';
import { type AnnounceOptions, Announcer } from '#cache/control/announcer.ts';
import { CommandPort } from '#cache/control/commandPort.ts';
import { ControlChannel, type ControlOptions } from '#cache/control/controlChannel.ts';
import type { ControlActions } from '#cache/control/obey.ts';
import { openUngatedTransport } from '#cache/control/ungatedTransport.ts';
import { DeclaredEvents } from '#cache/eventBus/declaredEvents.ts';
import { FamilyBinding } from '#cache/families/familyBinding.ts';
import { unknownFamily } from '#cache/families/unknownFamily.ts';
import type { CacheState } from '#cache/metrics/cacheState.ts';
import { type CacheMetrics, recordMetrics } from '#cache/metrics/prometheusMetrics.ts';
import { CloseBound, type ClosePart } from '#cache/resilience/closeBound.ts';
import { Verifier, type VerifyAnswer } from '#cache/verify/verifier.ts';
import type { EntryName } from '#cache/warm/entryName.ts';
import { Warmers } from '#cache/warm/warmers.ts';
import type { CounterStore } from '#cache/writeBehind/counterStore.ts';
import type { Outflow } from '#cache/writeBehind/outflow.ts';
import { openCounters } from './counters.ts';
import type { Declared } from './declared.ts';
import { DepthWatch } from './depths.ts';

/** What of the last moments of a cache did not get through. */
export interface ClosedCache {
  /** Invalidations that Redis never confirmed: entries may be served by others until they expire. */
  readonly lostInvalidationCount: number;
  /** Events that the bus never confirmed. */
  readonly lostEventCount: number;
  /** Changes left in the queues for the next process; null = Redis does not say. */
  readonly queuedChangeCount: number | null;
  /** Changes of which is not known whether Redis has them. */
  readonly unknownChangeCount: number;
  /** What had not ended within `closeTimeoutMs`, or failed: what of it is under way may end yet. Empty when all has ended. */
  readonly unfinished: readonly ClosePart[];
}

/** So much of the time for closing is for what works on the core, and the rest for the core. Ours. */
const PARTS_SHARE = 0.6;
/** Less than that: once the flush is stopped, Redis is asked what is left. */
const FLUSH_SHARE = 0.5;

/** All that stands on the core of one cache, as far as its options ask for it: opened, started and closed in one order. */
export class CacheParts {
  readonly core: CacheCore;
  readonly bindings: ReadonlyMap<string, FamilyBinding>;
  readonly counters: ReadonlyMap<string, CounterStore<string>>;
  readonly events: DeclaredEvents;
  readonly warmers: Warmers;
  readonly verifier: Verifier;
  readonly metrics: CacheMetrics;
  readonly depths: DepthWatch;
  /** Null = no secret, without which it would be an open door. */
  readonly commandPort: CommandPort | null;
  readonly #control: ControlChannel | null;
  readonly #announcer: Announcer | null;

  constructor(core: CacheCore, declared: Declared) {
    this.core = core;
    const { settings, signal: closing, reading } = core;
    this.bindings = new Map(
      Object.entries(declared.families).map(([name, family]) => [
        name,
        new FamilyBinding(core, family, name),
      ]),
    );
    this.counters = openCounters(core, declared.counters);
    this.events = openEvents(core, declared);
    const around = {
      reading,
      closing,
      pause: pauseUntil,
      requestOf: (name: EntryName) => this.requestOf(name),
    };
    this.warmers = new Warmers(around, declared.warmPlans, declared.warming);
    this.verifier = new Verifier(
      {
        ...around,
        isVerifiable: (request) => request.isRepeatable,
        invalidateKey: (key) =>
          core.invalidate({ kind: 'key', target: key, mode: 'hard', source: 'operator' }),
      },
      declared.verify,
    );
    if (declared.verify !== undefined) core.hitListener = (request) => this.verifier.offer(request);
    this.depths = new DepthWatch({ core, outflows: this.#outflows(), events: this.events });
    const { clock } = settings;
    this.metrics = recordMetrics(core.events, settings.registry, {
      ...{ service: settings.service, instance: settings.instance, version: settings.version, clock },
      readState: () => this.readState(),
    });
    this.#control = declared.control === undefined ? null : this.#openControl(declared.control);
    this.commandPort = this.#openCommandPort(declared);
    this.#announcer = declared.announce === undefined ? null : this.#openAnnouncer(declared.announce);
  }

  start(): void {
    this.core.start();
    for (const outflow of this.#outflows().values()) outflow.start();
    this.events.start();
    this.warmers.start();
    this.core.breaker.onTransition(({ to }) => {
      if (to === 'closed') void this.core.track(this.events.retry());
    });
    this.#control?.start();
    this.#announcer?.start();
  }

  /** What works on the core first, all at once, then the core; in all for no longer than `closeTimeoutMs`. */
  async close(): Promise<ClosedCache> {
    const bound = new CloseBound(this.core.settings.closeTimeoutMs);
    this.commandPort?.close();
    const [changes] = await Promise.all([
      this.#closeOutflows(bound),
      bound.within('control', this.#control?.close(), PARTS_SHARE),
      bound.within('events', this.events.close(), PARTS_SHARE),
    ]);
    const { lostInvalidationCount } = await this.core.close(bound);
    await bound.within('announcement', this.#announcer?.close());
    this.metrics.end();
    const lostEventCount = this.events.unconfirmedCount;
    return { lostInvalidationCount, lostEventCount, ...changes, unfinished: bound.unfinished };
  }

  async #closeOutflows(
    bound: CloseBound,
  ): Promise<Pick<ClosedCache, 'queuedChangeCount' | 'unknownChangeCount'>> {
    const flushMs = Math.min(this.core.settings.closeFlushMs, bound.leftMs(FLUSH_SHARE));
    const left = await Promise.all(
      [...this.#outflows().values()].map(async (outflow) => {
        const closed = await bound.within('writeBehind', outflow.close(flushMs), PARTS_SHARE);
        return closed ?? { queuedCount: null, unknownCount: outflow.repeater.waitingCount };
      }),
    );
    return {
      queuedChangeCount: left.reduce<number | null>(
        (sum, { queuedCount }) => (sum === null || queuedCount === null ? null : sum + queuedCount),
        0,
      ),
      unknownChangeCount: left.reduce((sum, { unknownCount }) => sum + unknownCount, 0),
    };
  }

  /** A request for an entry that is named at run time. Rejects with `unknownFamily` or `badField`. */
  async requestOf({ family, fields, owner }: EntryName) {
    const binding = this.bindings.get(family);
    if (binding === undefined) throw unknownFamily(family, [...this.bindings.keys()]);
    return binding.requests.read(fields, owner === undefined ? undefined : { owner });
  }

  async #verifyKey(key: string): Promise<VerifyAnswer> {
    for (const { requests } of this.bindings.values()) {
      const request = requests.ofKey(key);
      if (request !== null) return this.verifier.verifyRequest(request);
    }
    throw new CacheError(
      'unknownFamily',
      'No declared family has such keys, or the key does not tell its fields.',
      { key },
    );
  }

  #outflows(): ReadonlyMap<string, Outflow> {
    const outflows = new Map<string, Outflow>();
    for (const [name, { outflow }] of this.counters) outflows.set(name, outflow);
    for (const [name, { values }] of this.bindings) if (values !== null) outflows.set(name, values.outflow);
    return outflows;
  }

  /** How the cache stands, from memory; depths of queues in Redis are those last read. */
  readState(): CacheState {
    const { breaker, memory, bulkhead, surge, settings, coherenceState, retries } = this.core;
    return {
      breaker: breaker.snapshot(settings.clock()),
      refusedWrites: this.core.refusedWrites.reason,
      memory: memory.snapshot(),
      loads: bulkhead.snapshot(),
      surge: surge?.snapshot() ?? null,
      coherence: coherenceState,
      retries: { queuedCount: retries.queuedCount, oldestAtMs: retries.oldestAtMs },
      ...this.depths.last,
      warmers: this.warmers.warmers().map(({ name }) => name),
    };
  }

  #openControl(options: ControlOptions): ControlChannel {
    const { core } = this;
    return new ControlChannel(
      {
        ...core.settings,
        events: core.events,
        transport: openUngatedTransport(core.settings.redis, core.settings.commandTimeoutMs),
        actions: this.#actions(),
      },
      options,
    );
  }

  /** Throws `badOptions` for an announced port that there is not. */
  #openCommandPort({ control, announce }: Declared): CommandPort | null {
    const { core } = this;
    const secret = control?.secret;
    if (secret !== undefined)
      return new CommandPort({ ...core.settings, events: core.events, actions: this.#actions(), secret });
    if (announce?.controlUrl === undefined) return null;
    throw new CacheError('badOptions', 'announce.controlUrl needs control.secret, which signs the commands.');
  }

  #actions(): ControlActions {
    return {
      warm: (name, call) => this.warmers.warm(name, call),
      preview: (name) => this.warmers.preview(name),
      cancelWarm: (name) => this.warmers.cancelWarm(name),
      forceBreaker: (to) => this.core.breaker.force(to),
      verifyKey: (key) => this.#verifyKey(key),
      snapshot: () => this.#announcer?.message() ?? { ...this.metrics.snapshot(), ...notAnnounced },
    };
  }

  #openAnnouncer(options: AnnounceOptions): Announcer {
    const { core } = this;
    return new Announcer(
      {
        ...core.settings,
        events: core.events,
        transport: openUngatedTransport(core.settings.redis, core.settings.commandTimeoutMs),
        takesCommands: this.#control !== null,
        snapshot: () => this.metrics.snapshot(),
      },
      options,
    );
  }
}

const notAnnounced = { everyMs: 0, metricsUrl: null, controlUrl: null, takesCommands: true };

function openEvents(core: CacheCore, declared: Declared): DeclaredEvents {
  const { settings, invalidator, versions, reading } = core;
  return new DeclaredEvents(
    { ...reading, ...settings, events: core.events, invalidator, versions },
    {
      families: declared.families,
      contracts: declared.contracts,
      bus: declared.eventBus,
    },
  );
}

/** Ends early, and without a word, when the signal is aborted; holds no process. */
async function pauseUntil(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, { signal, ref: false });
  } catch {
    // Aborted.
  }
}
