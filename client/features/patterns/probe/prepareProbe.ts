import { formatBytes, formatBytesRate, formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { JobState, ProbeJob } from '#shared/acting/job.ts';
import type { ProbePlan } from '#shared/acting/plan.ts';
import { probeScheduleIds, probeScheduleTexts } from '#shared/probe/probeSchedule.ts';

export interface ProbeFigure {
  readonly label: string;
  readonly value: string;
}

export const scheduleOptions = probeScheduleIds.map((id) => ({ value: id, text: probeScheduleTexts[id] }));

/** What the probe will cost, in the order in which it matters. */
export function prepareCost(plan: ProbePlan): readonly ProbeFigure[] {
  const { throughputLoss: loss, setting } = plan;
  return [
    { label: 'Redis serves now', value: formatRate(plan.commandsPerSecond) },
    {
      label: 'less at its limit, as measured elsewhere; with room to spare, hardly felt',
      value: `${Math.round(loss.low * 100)} to ${Math.round(loss.high * 100)}\u202f%`,
    },
    {
      label: 'more on the wire while attached, estimated',
      value: `~${formatBytesRate(plan.extraBytesPerSecond)}`,
    },
    {
      label: `PING p99 now; it stops by itself when one in ten takes over ${formatMs(plan.pingLimitMs)}`,
      value: formatMs(plan.idlePingP99Ms),
    },
    {
      label:
        setting.during === null
          ? `${setting.name} has what is needed and stays as it is`
          : `${setting.name} from "${setting.before}", and back at the end whatever happens`,
      value: `"${setting.during ?? setting.before}"`,
    },
  ];
}

const stateTexts: Record<JobState, string> = {
  running: 'measuring',
  paused: 'paused',
  cancelling: 'stopping',
  completed: 'completed',
  cancelled: 'stopped',
  failed: 'ended early',
  unknown: 'outcome not known',
};

export interface ProbeJobModel {
  readonly stateText: string;
  readonly isRunning: boolean;
  /** 0-1. */
  readonly ratio: number;
  readonly figures: readonly ProbeFigure[];
}

/** A run as it is felt: what it reads, and how Redis answers. */
export function prepareProbeJob({ state, endedAtMs, progress }: ProbeJob): ProbeJobModel {
  const rate = (perSecond: number | null, format: (value: number) => string) =>
    perSecond === null ? '–' : format(perSecond);
  return {
    stateText: stateTexts[state],
    isRunning: endedAtMs === null,
    ratio: Math.min(1, progress.elapsedMs / progress.totalMs),
    figures: [
      { label: 'commands seen', value: rate(progress.linesPerSecond, formatRate) },
      { label: 'on the wire', value: rate(progress.bytesPerSecond, formatBytesRate) },
      {
        label: `PING p99, ${formatMs(progress.idlePingP99Ms)} before`,
        value: rate(progress.pingP99Ms, formatMs),
      },
      { label: 'Redis serves', value: rate(progress.commandsPerSecond, formatRate) },
      { label: 'look-ups', value: formatCount(progress.lookupCount) },
      { label: 'read', value: formatBytes(progress.byteCount) },
      { label: 'attached', value: formatDuration(progress.attachedMs) },
    ],
  };
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
