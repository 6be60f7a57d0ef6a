import type { ProbeInput, ProbePlan } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import type { HeldProbe } from './heldProbe.ts';
import type { KnownMisses } from './knownMisses.ts';
import { type ProbePlanParts, planProbe } from './planProbe.ts';
import { type ProbeEnd, ProbeRun, type ProbeRunOptions } from './probeRun.ts';
import type { ProbeTools } from './probeTools.ts';
import { createSettingRestorer } from './settingRestorer.ts';

/** The probe of one target: its plans, its runs, and the last result. */
export interface Prober {
  /** Throws `RedisFault` and `AppError`. */
  plan(parts: Omit<ProbePlanParts, 'tools'>, input: ProbeInput): Promise<HeldProbe>;
  /** Throws `AppError` planChanged when Redis is not as the plan showed it. */
  checkStillAsPlanned(held: HeldProbe): Promise<void>;
  run(options: Omit<ProbeRunOptions, 'tools' | 'restorer'>): Promise<ProbeEnd>;
  lastResult(): ProbeResult | null;
  /** Null = none has ended since this server started. */
  lastMisses(): KnownMisses | null;
  close(): Promise<void>;
}

/** Begins to put back what a server that was killed has left changed. */
export function createProber(tools: ProbeTools): Prober {
  const restorer = createSettingRestorer(tools);
  let misses: KnownMisses | null = null;
  let last = tools.records.readResult();
  restorer.restoreSoon();

  function checkNothingPending(): void {
    if (!restorer.isPending()) return;
    const text =
      'The setting that an earlier probe changed is not put back yet; that goes first and is tried again and again.';
    throw new AppError('jobRunning', text);
  }

  return {
    plan(parts, input) {
      checkNothingPending();
      return planProbe({ ...parts, tools }, input);
    },
    async checkStillAsPlanned({ plan, runId }) {
      checkNothingPending();
      const control = await tools.openControl();
      try {
        const load = await control.readLoad();
        const setting = await control.readSetting();
        checkSame(plan, { isSameRun: load.runId === runId, setting });
      } finally {
        control.close();
      }
    },
    async run(options) {
      const end = await new ProbeRun({ ...options, tools, restorer }).toItsEnd();
      if (end.result !== null) {
        last = end.result;
        misses = end.misses;
        tools.records.saveResult(end.result);
      }
      return end;
    },
    lastResult: () => last,
    lastMisses: () => misses,
    close: restorer.close,
  };
}

function checkSame(
  { setting }: ProbePlan,
  now: { readonly isSameRun: boolean; readonly setting: string },
): void {
  if (!now.isSameRun) {
    throw new AppError(
      'planChanged',
      'Redis was restarted, or another one took over, since the plan. Make a new one.',
    );
  }
  if (now.setting === setting.before) return;
  const text = `${setting.name} was changed since the plan, from "${setting.before}" to "${now.setting}". Make a new one.`;
  throw new AppError('planChanged', text);
}
