import type { ProbeProgress } from '#shared/acting/job.ts';
import type { ProbePlan } from '#shared/acting/plan.ts';
import type { HeldPlan } from '../door/heldPlan.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { Prober } from './createProber.ts';
import type { HeldProbe } from './heldProbe.ts';

/** A planned probe, as the door runs it. */
export function holdProbe(
  probe: HeldProbe,
  { prober, random }: { readonly prober: Prober; readonly random: RandomBytes },
): HeldPlan {
  const { plan } = probe;
  return {
    plan,
    subject: 'probe',
    busyText: 'A probe is running already.',
    bugText: 'A setting that it had changed is put back by its next start at the latest.',
    newJob: (base) => ({ ...base, kind: plan.kind, progress: notBegun(plan) }),
    checkStillAsPlanned: () => prober.checkStillAsPlanned(probe),
    async run({ job, stop, onProgress }) {
      const mark = `cachescope-probe:${random(8).toString('hex')}:`;
      const { state, progress, outcome } = await prober.run({
        held: probe,
        jobId: job.id,
        mark,
        stop,
        onProgress,
      });
      return { state, progress, outcome };
    },
  };
}

function notBegun({ schedule, idlePingP99Ms }: ProbePlan): ProbeProgress {
  return {
    totalMs: schedule.totalMs,
    elapsedMs: 0,
    attachedMs: 0,
    isAttached: false,
    lineCount: 0,
    byteCount: 0,
    lookupCount: 0,
    linesPerSecond: null,
    bytesPerSecond: null,
    commandsPerSecond: null,
    pingP99Ms: null,
    idlePingP99Ms,
    unreadBytes: 0,
  };
}
