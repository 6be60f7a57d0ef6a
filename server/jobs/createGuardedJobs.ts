import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import { AppError } from '#shared/errorCodes.ts';
import { Door, type DoorOptions } from './door/door.ts';
import type { GuardedJobs } from './guardedJobs.ts';
import { holdMark } from './mark/holdMark.ts';
import { planMark } from './mark/planMark.ts';
import type { Prober } from './probe/createProber.ts';
import { holdProbe } from './probe/holdProbe.ts';
import type { SourceLoad } from './purge/forecast/forecastLoad.ts';
import { JobLoads } from './purge/forecast/jobLoads.ts';
import { holdPurge } from './purge/holdPurge.ts';
import { planPurge } from './purge/planPurge.ts';
import type { KnownUse } from './purge/predicates/openPredicates.ts';
import { holdRepair } from './repair/holdRepair.ts';
import { planRepair } from './repair/planRepair.ts';
import { holdUndo } from './undo/holdUndo.ts';
import { planUndo } from './undo/planUndo.ts';
import type { UndoVault } from './undo/undoVault.ts';
import { holdWarm } from './warm/holdWarm.ts';
import { planWarm } from './warm/planWarm.ts';
import type { WarmingTools } from './warm/warmingTools.ts';

export interface GuardedJobsOptions extends DoorOptions {
  readonly environment: string;
  /** Absent = nothing is measured through this door. */
  readonly prober?: Prober;
  /** The pattern of a key, given as `formatKey` writes it. */
  readonly patternOf: (keyText: string) => string;
  readonly knownUse: KnownUse;
  /** Keeps what purges remove. */
  readonly vault: UndoVault;
  /** What the source behind the cache loads and stands now. */
  readonly sourceLoad: () => SourceLoad;
  /** Absent = nothing is warmed through this door. */
  readonly warming?: WarmingTools;
  /** What the services load from it, in steps of seconds. */
  readonly sourceLoads: Pick<SourceLoads, 'vitals' | 'steps'>;
}

/** Every kind of job, behind one door, for one target. Call `recoverInterrupted` on the audit log before. */
export function createGuardedJobs(options: GuardedJobsOptions): GuardedJobs {
  const door = new Door(options);
  const jobLoads = new JobLoads(options.sourceLoads);
  return {
    planPurge: (input, actor) =>
      door.plan(actor, async (tools) => {
        const purge = await planPurge({ ...options, ...tools }, input);
        return { held: holdPurge(purge, { ...options, jobLoads }), plan: purge.plan };
      }),
    planUndo: (input, actor) =>
      door.plan(actor, async (tools) => {
        const undo = planUndo({ ...options, ...tools }, input);
        return { held: holdUndo(undo, options), plan: undo.plan };
      }),
    planMark: (input, actor) =>
      door.plan(actor, async (tools) => {
        const mark = await planMark({ ...options, ...tools }, input);
        return { held: holdMark(mark), plan: mark.plan };
      }),
    planRepair: (input, actor) =>
      door.plan(actor, async (tools) => {
        const repair = await planRepair({ ...options, ...tools }, input);
        return { held: holdRepair(repair, options), plan: repair.plan };
      }),
    planWarm: (input, actor) =>
      door.plan(actor, async (tools) => {
        const { warming } = options;
        if (warming === undefined) throw new AppError('notFound', 'This server warms nothing.');
        const plan = await planWarm({ ...options, ...warming, ...tools }, input);
        return { held: holdWarm(plan, input, { ...options, ...warming, jobLoads }), plan };
      }),
    planProbe: (input, actor) =>
      door.plan(actor, async (tools) => {
        const { prober } = options;
        if (prober === undefined) throw new AppError('notFound', 'This server measures nothing from Redis.');
        const probe = await prober.plan({ ...options, ...tools }, input);
        return { held: holdProbe(probe, { prober, random: options.random }), plan: probe.plan };
      }),
    lastProbe: () => options.prober?.lastResult() ?? null,
    approvals: door.approvals,
    start: (input, actor) => door.start(input, actor),
    cancel: (jobId, actor) => door.cancel(jobId, actor),
    pause: (jobId, actor) => door.pause(jobId, actor),
    resume: (jobId, actor) => door.resume(jobId, actor),
    get: (jobId) => door.get(jobId),
    list: () => door.list(),
    loadOf: (jobId) => jobLoads.of(jobId),
    onChange: (listener) => door.onChange(listener),
    async close() {
      await door.close();
      await options.prober?.close();
      await options.vault.close();
    },
  };
}
