import type { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { WarmInput } from '#shared/acting/plan.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { AppError } from '#shared/errorCodes.ts';
import { Door, type DoorOptions } from './door/door.ts';
import type { GuardedJobs } from './guardedJobs.ts';
import { holdLetters } from './letters/holdLetters.ts';
import { planLetters } from './letters/planLetters.ts';
import { holdMark } from './mark/holdMark.ts';
import { planMark } from './mark/planMark.ts';
import type { Prober } from './probe/createProber.ts';
import { holdProbe } from './probe/holdProbe.ts';
import type { SourceLoad } from './purge/forecast/forecastLoad.ts';
import { JobLoads } from './purge/forecast/jobLoads.ts';
import { holdPurge } from './purge/holdPurge.ts';
import { NewsNumbers } from './purge/news/newsNumbers.ts';
import { planPurge } from './purge/planPurge.ts';
import type { KnownUse } from './purge/predicates/openPredicates.ts';
import { holdRepair } from './repair/holdRepair.ts';
import { planRepair } from './repair/planRepair.ts';
import { holdUndo } from './undo/holdUndo.ts';
import { planUndo } from './undo/planUndo.ts';
import type { UndoVault } from './undo/undoVault.ts';
import { holdWarm } from './warm/holdWarm.ts';
import { hookWay } from './warm/hook/hookWay.ts';
import { instanceWay } from './warm/instanceWay.ts';
import { planWarm } from './warm/planWarm.ts';
import type { WarmingTools } from './warm/warmingTools.ts';
import type { WarmWay } from './warm/warmWay.ts';

export interface GuardedJobsOptions extends DoorOptions {
  readonly environment: string;
  /** Under which services hear of purges: the same after a restart, and of no other server. */
  readonly senderName: string;
  /** Absent = nothing is measured through this door. */
  readonly prober?: Prober;
  /** The pattern of a key, given as `formatKey` writes it. */
  readonly patternOf: (keyText: string) => string;
  readonly knownUse: KnownUse;
  /** Keeps what purges remove. */
  readonly vault: UndoVault;
  /** Start of the key names of a service; null = it is not known. Absent = no letters are settled through this door. */
  readonly prefixOf?: (service: string) => string | null;
  /** Streams of events whose letters are settled through this door. @default none */
  readonly eventStreams?: readonly string[];
  /** What the source behind the cache loads and stands now. */
  readonly sourceLoad: () => SourceLoad;
  /** Absent = nothing is warmed through this door. */
  readonly warming?: WarmingTools;
  /** What the services load from it, in steps of seconds. */
  readonly sourceLoads: Pick<SourceLoads, 'vitals' | 'steps'>;
}

/** By whom an input is warmed. Throws `AppError` notFound for a hook that is not configured. */
function wayOf(
  input: WarmInput,
  { commands, hooks, prober, patternOf }: GuardedJobsOptions & WarmingTools,
): WarmWay {
  if (input.warmer !== HOOK_WARMER) return instanceWay(commands, input);
  const hook = hooks.find(({ prefix }) => prefix === input.prefix);
  if (hook !== undefined) return hookWay({ hook, misses: () => prober?.lastMisses() ?? null, patternOf });
  throw new AppError(
    'notFound',
    `No hook is configured for keys that begin with "${input.prefix}" (--warm-hook).`,
  );
}

/** Every kind of job, behind one door, for one target. Call `recoverInterrupted` on the audit log before. */
export function createGuardedJobs(options: GuardedJobsOptions): GuardedJobs {
  const door = new Door(options);
  const jobLoads = new JobLoads(options.sourceLoads);
  return {
    ...keyPlans(door, options, jobLoads),
    planWarm: (input, actor) =>
      door.plan(actor, async (tools) => {
        const { warming } = options;
        if (warming === undefined) throw new AppError('notFound', 'This server warms nothing.');
        const way = wayOf(input, { ...options, ...warming });
        const plan = await planWarm({ ...options, ...warming, ...tools, way }, input);
        return {
          held: holdWarm(plan, way, { ...options, ...warming, jobLoads, prefix: input.prefix }),
          plan,
        };
      }),
    planLetters: (input, actor) =>
      door.plan(actor, async (tools) => {
        const { prefixOf = () => null, eventStreams = [] } = options;
        const letters = await planLetters({ ...options, ...tools, prefixOf, eventStreams }, input);
        return { held: holdLetters(letters, options), plan: letters.plan };
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

/** What is done to keys, and to the indexes that name them. */
function keyPlans(
  door: Door,
  options: GuardedJobsOptions,
  jobLoads: JobLoads,
): Pick<GuardedJobs, 'planPurge' | 'planUndo' | 'planMark' | 'planRepair'> {
  const newsNumbers = new NewsNumbers({ from: options.senderName, sinceMs: options.clock.nowMs() });
  return {
    planPurge: (input, actor) =>
      door.plan(actor, async (tools) => {
        const purge = await planPurge({ prefixOf: () => null, ...options, ...tools }, input);
        return { held: holdPurge(purge, { ...options, jobLoads, newsNumbers }), plan: purge.plan };
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
  };
}
