import { areSameEvents } from '#server/redis/probe/keyEventFlags.ts';
import { type MonitorCounts, noCounts } from '#server/redis/probe/monitorMessages.ts';
import type { MonitorStream } from '#server/redis/probe/openMonitorStream.ts';
import type { ProbeControl } from '#server/redis/probe/openProbeControl.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobState, ProbeProgress } from '#shared/acting/job.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import { addCounts, describeEnd, notesOf } from './describeProbe.ts';
import { cancelledBy, type EarlyEnd, failed, failedBy } from './earlyEnd.ts';
import type { HeldProbe } from './heldProbe.ts';
import type { KnownMisses } from './knownMisses.ts';
import { openLookupTally } from './lookupTally.ts';
import { openPingGauge } from './pingGauge.ts';
import type { ProbeTools } from './probeTools.ts';
import type { SettingRestorer } from './settingRestorer.ts';
import { openUnreadGauge } from './unreadGauge.ts';

export interface ProbeRunOptions {
  readonly tools: ProbeTools;
  readonly restorer: SettingRestorer;
  readonly held: HeldProbe;
  readonly jobId: string;
  /** Names our PINGs in this run; nobody else knows it. */
  readonly mark: string;
  readonly stop: AbortSignal;
  readonly onProgress: (progress: ProbeProgress) => void;
}

export interface ProbeEnd {
  readonly state: Extract<JobState, 'completed' | 'cancelled' | 'failed' | 'unknown'>;
  readonly progress: ProbeProgress;
  readonly outcome: string;
  /** Null when nothing was measured that can be trusted. */
  readonly result: ProbeResult | null;
  /** Null as well. */
  readonly misses: KnownMisses | null;
}

const PING_EVERY_MS = 10;
const TICK_MS = 1_000;
/** Slow seconds in a row after which it stops: one alone is as likely our own machine's. */
const SLOW_TICKS = 2;
/** Redis keeps what we have not read, and closes a reader at 32 MB by default (client-output-buffer-limit pubsub). */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** One run: change the setting, attach as the schedule says, stop when Redis feels it, put the setting back. */
export class ProbeRun {
  readonly #options: ProbeRunOptions;
  readonly #startedAtMs: number;
  readonly #tally;
  readonly #gauge = openPingGauge();
  readonly #windows: { fromMs: number; toMs: number }[] = [];
  readonly #unread;
  #counts: MonitorCounts = noCounts;
  #stream: MonitorStream | null = null;
  #attachedMs = 0;
  #attachedAtMs: number | null = null;
  #pingCount = 0;
  #isElsewhere = false;
  #slowCount = 0;
  #tick = { atMs: 0, lineCount: 0, byteCount: 0, commandCount: -1 };
  #live: Pick<ProbeProgress, 'linesPerSecond' | 'bytesPerSecond' | 'commandsPerSecond' | 'pingP99Ms'> = {
    linesPerSecond: null,
    bytesPerSecond: null,
    commandsPerSecond: null,
    pingP99Ms: null,
  };

  constructor(options: ProbeRunOptions) {
    this.#options = options;
    this.#startedAtMs = options.tools.clock.elapsedMs();
    this.#tally = openLookupTally(options.tools.learner);
    this.#unread = openUnreadGauge(options.held.plan.extraBytesPerSecond);
  }

  /** Never throws `RedisFault`; the setting is put back, or on its way back, when it resolves. */
  async toItsEnd(): Promise<ProbeEnd> {
    const { tools, restorer } = this.#options;
    let early: EarlyEnd | null = null;
    let control: ProbeControl | null = null;
    try {
      control = await tools.openControl();
      await this.#changeSetting(control);
      early = await this.#attachBySchedule(control);
    } catch (error) {
      early = failedBy(error);
    } finally {
      this.#detach();
      control?.close();
    }
    const restored = await restorer.restore();
    if (early?.bug !== undefined) throw early.bug;
    return this.#end(early, restored);
  }

  async #changeSetting(control: ProbeControl): Promise<void> {
    const { tools, held } = this.#options;
    const { before, during } = held.plan.setting;
    if (during === null) return;
    try {
      tools.records.writeIntent({ address: tools.address, before, during, atMs: tools.clock.nowMs() });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new RedisFault(
        'other',
        '',
        `What has to be put back cannot be written to the data directory (${text}), so nothing was changed.`,
      );
    }
    await control.writeSetting(during);
    const now = await control.readSetting();
    if (areSameEvents(now, during)) return;
    throw new RedisFault(
      'other',
      'CONFIG SET',
      `Redis answered CONFIG SET with OK, but the setting is still "${now}": this service does not let it be changed.`,
    );
  }

  async #attachBySchedule(control: ProbeControl): Promise<EarlyEnd | null> {
    const { held, stop, tools } = this.#options;
    const { attachMs, everyMs, totalMs } = held.plan.schedule;
    for (let beginAtMs = 0; beginAtMs < totalMs; beginAtMs += everyMs) {
      await tools.clock.pause(Math.max(0, beginAtMs - this.#elapsedMs()), stop);
      if (stop.aborted) return cancelledBy(stop);
      const early = await this.#attach(control, attachMs);
      if (early !== null) return early;
    }
    return null;
  }

  async #attach(control: ProbeControl, attachMs: number): Promise<EarlyEnd | null> {
    const { tools, mark } = this.#options;
    const stream = await tools.openStream({
      mark,
      sink: { onLookup: this.#tally.add, onMark: (number, address) => this.#markSeen(number, address) },
    });
    this.#stream = stream;
    this.#attachedAtMs = tools.clock.elapsedMs();
    this.#windows.push({ fromMs: tools.clock.nowMs(), toMs: tools.clock.nowMs() });
    let fault: RedisFault | null = null;
    void stream.ended.then((cause) => {
      fault = cause;
    });
    const endsAtMs = this.#attachedAtMs + attachMs;
    this.#startTick();
    while (tools.clock.elapsedMs() < endsAtMs) {
      const early = await this.#look(control);
      if (early !== null) return early;
      if (fault !== null) return failedBy(fault);
    }
    const early = await this.#endTick(control);
    this.#detach();
    return early;
  }

  /** One PING, and once a second everything else. */
  async #look(control: ProbeControl): Promise<EarlyEnd | null> {
    const { tools, mark, stop } = this.#options;
    if (stop.aborted) return cancelledBy(stop);
    const sentAtMs = tools.clock.elapsedMs();
    this.#pingCount += 1;
    this.#unread.sent(this.#pingCount, sentAtMs);
    const answered = control.ping(`${mark}${this.#pingCount}`).then(() => tools.clock.elapsedMs());
    // A turn that comes late is our own machine's doing, and so is that much of the PING.
    const paused = tools.clock.pause(PING_EVERY_MS, stop).then(() => tools.clock.elapsedMs());
    const [answeredAtMs, pausedAtMs] = await Promise.all([answered, paused]);
    const ownDelayMs = Math.max(0, pausedAtMs - sentAtMs - PING_EVERY_MS);
    this.#gauge.add(Math.max(0, answeredAtMs - sentAtMs - ownDelayMs));
    if (this.#unread.bytes(tools.clock.elapsedMs()) > MAX_UNREAD_BYTES) {
      return failed(
        'What Redis sends comes faster than it can be read here, and Redis would have to keep it.',
      );
    }
    if (answeredAtMs - this.#tick.atMs >= TICK_MS) return this.#endTick(control);
    return null;
  }

  #startTick(): void {
    const { lineCount, byteCount } = this.#allCounts();
    this.#tick = { atMs: this.#options.tools.clock.elapsedMs(), lineCount, byteCount, commandCount: -1 };
  }

  async #endTick(control: ProbeControl): Promise<EarlyEnd | null> {
    const { held, tools, onProgress } = this.#options;
    const { setting, pingLimitMs: limitMs } = held.plan;
    const { commandCount } = await control.readLoad();
    const now = await control.readSetting();
    const { lineCount, byteCount } = this.#allCounts();
    const atMs = tools.clock.elapsedMs();
    const seconds = Math.max(0.001, (atMs - this.#tick.atMs) / 1_000);
    const pings = this.#gauge.take();
    const before = this.#tick;
    this.#tick = { atMs, lineCount, byteCount, commandCount };
    this.#live = {
      linesPerSecond: (lineCount - before.lineCount) / seconds,
      bytesPerSecond: (byteCount - before.byteCount) / seconds,
      commandsPerSecond: before.commandCount < 0 ? null : (commandCount - before.commandCount) / seconds,
      pingP99Ms: pings?.p99Ms ?? null,
    };
    this.#unread.learn({
      bytesPerSecond: this.#live.bytesPerSecond ?? 0,
      commandsPerSecond: this.#live.commandsPerSecond,
      bytesPerLine: lineCount === 0 ? null : byteCount / lineCount,
    });
    onProgress(this.#progress());
    if (!areSameEvents(now, setting.during ?? setting.before)) {
      return {
        ...failed(
          `Somebody else changed ${setting.name} to "${now}" while it ran, so missed keys were not told.`,
        ),
        isUseless: true,
      };
    }
    this.#slowCount = pings !== null && pings.p90Ms > limitMs ? this.#slowCount + 1 : 0;
    if (this.#slowCount < SLOW_TICKS) return null;
    return failed(
      `Redis has become slow: one PING in ten took more than ${ms(pings?.p90Ms ?? 0)}; before, one in a hundred took more than ${ms(held.plan.idlePingP99Ms)}, and the limit is ${ms(limitMs)}.`,
    );
  }

  #markSeen(number: number, address: string): void {
    this.#unread.cameBy(number);
    if (!this.#options.tools.addresses.has(address)) this.#isElsewhere = true;
  }

  #detach(): void {
    const { clock } = this.#options.tools;
    if (this.#stream === null || this.#attachedAtMs === null) return;
    this.#counts = this.#allCounts();
    this.#stream.close();
    this.#stream = null;
    this.#attachedMs += clock.elapsedMs() - this.#attachedAtMs;
    this.#attachedAtMs = null;
    this.#unread.reset();
    const window = this.#windows.at(-1);
    if (window !== undefined) window.toMs = clock.nowMs();
  }

  #allCounts(): MonitorCounts {
    return this.#stream === null ? this.#counts : addCounts(this.#counts, this.#stream.counts());
  }

  #elapsedMs(): number {
    return this.#options.tools.clock.elapsedMs() - this.#startedAtMs;
  }

  #progress(): ProbeProgress {
    const { plan } = this.#options.held;
    const { lineCount, byteCount, lookupCount } = this.#allCounts();
    const nowMs = this.#options.tools.clock.elapsedMs();
    return {
      totalMs: plan.schedule.totalMs,
      elapsedMs: this.#elapsedMs(),
      attachedMs: this.#attachedMs + (this.#attachedAtMs === null ? 0 : nowMs - this.#attachedAtMs),
      isAttached: this.#attachedAtMs !== null,
      lineCount,
      byteCount,
      lookupCount,
      ...this.#live,
      idlePingP99Ms: plan.idlePingP99Ms,
      unreadBytes: this.#unread.bytes(nowMs),
    };
  }

  #end(early: EarlyEnd | null, restored: string): ProbeEnd {
    const { held, jobId } = this.#options;
    const patterns = this.#tally.patterns();
    const isUseless = early?.isUseless === true || patterns.length === 0;
    const result: ProbeResult | null = isUseless
      ? null
      : {
          jobId,
          schedule: held.plan.schedule.id,
          windows: this.#windows,
          attachedMs: this.#attachedMs,
          endedEarly: early?.text ?? '',
          patterns,
          notes: notesOf(this.#counts, this.#isElsewhere),
        };
    return {
      state: early?.state ?? 'completed',
      progress: this.#progress(),
      outcome: describeEnd({ early: early?.text ?? '', result, attachedMs: this.#attachedMs, restored }),
      result,
      misses: result && {
        ...this.#tally.missed(),
        ...{ atMs: this.#options.tools.clock.nowMs(), attachedMs: this.#attachedMs },
      },
    };
  }
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
