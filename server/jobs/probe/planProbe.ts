import { createHash } from 'node:crypto';
import { KEYSPACE_EVENTS } from '#server/redis/commandGuard.ts';
import { withKeymissEvents } from '#server/redis/probe/keyEventFlags.ts';
import type { ProbeControl, ProbeLoad } from '#server/redis/probe/openProbeControl.ts';
import type { ProbeInput, ProbePlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import { type ProbeSchedule, probeSchedules, probeScheduleTexts } from '#shared/probe/probeSchedule.ts';
import type { TermsOf } from '../door/planTerms.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { HeldProbe } from './heldProbe.ts';
import { openPingGauge, pingLimitMs } from './pingGauge.ts';
import type { ProbeTools } from './probeTools.ts';

export interface ProbePlanParts {
  readonly tools: ProbeTools;
  readonly random: RandomBytes;
  readonly environment: string;
  readonly token: string;
  readonly termsOf: TermsOf;
}

/** A second of PINGs, before anything is attached. */
const IDLE_PING_COUNT = 100;
const IDLE_PING_PAUSE_MS = 10;
/** What a MONITOR line has more than the command has as RESP, and what tells of a missed key; bytes. */
const LINE_OVERHEAD_BYTES = 40;
const MISS_BYTES = 90;
/** Before 7.0 the line of a command came before its events, and the two cannot be put together. */
const LEAST_MAJOR_VERSION = 7;

/**
 * Share of its throughput that a Redis at its limit lost to a GET load while MONITOR was attached, without and with
 * pipelining, and when it was attached for 200 ms in every 5 s. Measured on two shared cores with Redis 7.0.15.
 */
const ATTACHED_LOSS = { low: 0.22, high: 0.47 };
const BURSTS_LOSS = { low: 0, high: 0.08 };

/**
 * What a probe would cost this Redis now, by looking for a second: PINGs and INFO. Attaches and changes nothing.
 * Throws `RedisFault`, and `AppError` for a Redis that cannot be probed.
 */
export async function planProbe(parts: ProbePlanParts, input: ProbeInput): Promise<HeldProbe> {
  const { tools } = parts;
  const control = await tools.openControl();
  try {
    const first = await control.readLoad();
    checkServed(first);
    await control.checkPermitted();
    const before = await control.readSetting();
    const startedAtMs = tools.clock.elapsedMs();
    const idlePingP99Ms = await measureIdle(control, tools);
    const last = await control.readLoad();
    const seconds = Math.max(0.001, (tools.clock.elapsedMs() - startedAtMs) / 1_000);
    const plan = preparePlan(parts, input, { before, idlePingP99Ms, ...ratesOf(first, last, seconds) });
    return { plan, runId: last.runId };
  } finally {
    control.close();
  }
}

function checkServed({ version, isCluster }: ProbeLoad): void {
  if (isCluster) {
    const text =
      'This Redis is a node of a Cluster. The probe does not measure Clusters yet: one node shows its own keys only.';
    throw new AppError('redisRefused', text);
  }
  if (Number.parseInt(version, 10) >= LEAST_MAJOR_VERSION) return;
  const text = `The probe needs Redis 7.0 or later, and this one says ${version === '' ? 'no version' : version}.`;
  throw new AppError('redisRefused', text);
}

async function measureIdle(control: ProbeControl, { clock }: ProbeTools): Promise<number> {
  const gauge = openPingGauge();
  for (let count = 0; count < IDLE_PING_COUNT; count += 1) {
    const sentAtMs = clock.elapsedMs();
    await control.ping('cachescope');
    gauge.add(clock.elapsedMs() - sentAtMs);
    await clock.pause(IDLE_PING_PAUSE_MS);
  }
  return gauge.take()?.p99Ms ?? 0;
}

interface Rates {
  readonly commandsPerSecond: number;
  readonly extraBytesPerSecond: number;
}

function ratesOf(first: ProbeLoad, last: ProbeLoad, seconds: number): Rates {
  // Our own PINGs and readings are no load of the services.
  const commands = Math.max(0, last.commandCount - first.commandCount - IDLE_PING_COUNT);
  const misses = last.missCount - first.missCount;
  const bytes = last.inputBytes - first.inputBytes + commands * LINE_OVERHEAD_BYTES + misses * MISS_BYTES;
  return { commandsPerSecond: commands / seconds, extraBytesPerSecond: Math.max(0, bytes) / seconds };
}

interface Measured extends Rates {
  readonly before: string;
  readonly idlePingP99Ms: number;
}

function preparePlan(parts: ProbePlanParts, input: ProbeInput, measured: Measured): ProbePlan {
  const schedule: ProbeSchedule = probeSchedules[input.schedule];
  const during = withKeymissEvents(measured.before);
  const isChanged = during !== measured.before;
  const content = {
    kind: 'probe',
    targetId: input.targetId,
    environment: parts.environment,
    // It touches no key.
    ...parts.termsOf(0),
    title: `Measure hit rate by pattern for ${probeScheduleTexts[schedule.id]} in ${parts.environment}`,
    schedule,
    commandsPerSecond: measured.commandsPerSecond,
    extraBytesPerSecond: measured.extraBytesPerSecond,
    throughputLoss: schedule.attachMs === schedule.everyMs ? ATTACHED_LOSS : BURSTS_LOSS,
    idlePingP99Ms: measured.idlePingP99Ms,
    pingLimitMs: pingLimitMs(measured.idlePingP99Ms),
    setting: { name: KEYSPACE_EVENTS, before: measured.before, during: isChanged ? during : null },
    warning:
      'Redis sends every command to Cachescope while MONITOR is attached. A Redis at its limit serves less meanwhile; it stops by itself when Redis slows.',
    confirmation: { kind: 'click' },
    isReasonRequired: false,
  } as const;
  const hash = createHash('sha256').update(parts.random(16)).update(JSON.stringify(content));
  return { ...content, token: parts.token, id: hash.digest('hex').slice(0, 32) };
}
