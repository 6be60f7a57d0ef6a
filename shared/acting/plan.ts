import { z } from 'zod';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { LETTER_ID } from '#shared/letters/deadLetter.ts';
import { letterStreamSchema } from '#shared/letters/letterStreamSchema.ts';
import type { LetterStream } from '#shared/letters/letterStreams.ts';
import { type ProbeSchedule, probeScheduleIds } from '#shared/probe/probeSchedule.ts';
import type { Estimate } from '#shared/statistics.ts';
import type { MarkState } from '#shared/tags/markView.ts';
import type { RepairOffer } from '#shared/tags/tagDetail.ts';
import type { TargetId } from '#shared/target.ts';
import { targetIdSchema } from '#shared/targetSchema.ts';
import type { LoadForecast } from './loadForecast.ts';
import type { PlanFence } from './planFence.ts';
import type { PurgeMethod, PurgeSelection } from './purgeInput.ts';
import type { WarmHookFacts } from './warmHook.ts';

/** How long a plan may be started, from the moment it was made. */
export const PLAN_LIFETIME_MS = 5 * 60_000;

/** The same for a plan that somebody else approves first: they have to come, look and answer. */
export const APPROVED_PLAN_LIFETIME_MS = 15 * 60_000;

/** Above this many keys the operator types the count and the environment, and gives a reason. */
export const TYPED_CONFIRMATION_ABOVE_KEYS = 100;

/** Most keys that one command may name; above it, other clients feel each command (SECURITY budgets). */
export const KEYS_PER_UNLINK = 100;

export const probeInputSchema = z
  .object({ targetId: targetIdSchema, schedule: z.enum(probeScheduleIds) })
  .strict();
export type ProbeInput = z.infer<typeof probeInputSchema>;

export const undoInputSchema = z.strictObject({ targetId: targetIdSchema, jobId: z.string().min(1).max(64) });
export type UndoInput = z.infer<typeof undoInputSchema>;

export const markInputSchema = z.strictObject({
  targetId: targetIdSchema,
  layout: z.string().min(1).max(40),
  /** The Redis key of the mark, as escaped text. */
  tagKey: z.string().min(1).max(2_048),
});
export type MarkInput = z.infer<typeof markInputSchema>;

/** Names a tag as the list of tags does. */
export const repairInputSchema = z.strictObject(markInputSchema.shape);
export type RepairInput = z.infer<typeof repairInputSchema>;

export const warmInputSchema = z.strictObject({
  targetId: targetIdSchema,
  /** Start of the key names of the service, under which its instances have announced themselves. */
  prefix: z.string().max(256),
  warmer: z.string().min(1).max(100),
  /** Loads a second, in place of the warmer's own. */
  perSecond: z.number().positive().max(100_000).optional(),
});
export type WarmInput = z.infer<typeof warmInputSchema>;

export const lettersInputSchema = z.strictObject({
  targetId: targetIdSchema,
  act: z.enum(['replay', 'drop']),
  stream: letterStreamSchema,
  /** Of single letters; null = all that are there. */
  ids: z.array(z.string().regex(LETTER_ID)).min(1).max(500).nullable(),
});
export type LettersInput = z.infer<typeof lettersInputSchema>;

export const startJobInputSchema = z
  .object({
    targetId: targetIdSchema,
    token: z.string().min(16).max(128),
    /** What the operator typed; empty when the plan asks for a click only. */
    typed: z.string().max(200),
    reason: z.string().max(500),
  })
  .strict();
export type StartJobInput = z.infer<typeof startJobInputSchema>;

export type Confirmation =
  | { readonly kind: 'click' }
  /** `text` is what must be typed: the environment and the count, such as `prod-eu 48210`; without the count where nobody knows it. */
  | { readonly kind: 'typed'; readonly text: string };

interface PlanBase {
  readonly id: string;
  /** Single use; start nothing without it. */
  readonly token: string;
  readonly targetId: TargetId;
  readonly environment: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  /** Action, count, thing and place: `Purge 48,210 keys tagged category:electronics in prod-eu`. */
  readonly title: string;
  /** What cannot be undone, or is felt by others, in a sentence. */
  readonly warning: string;
  readonly confirmation: Confirmation;
  readonly isReasonRequired: boolean;
  /** True when another operator or admin must approve exactly this plan before it can be started. */
  readonly isApprovalNeeded: boolean;
}

/** What the server will do, as it showed it. Only this, once, by the same actor and session. */
export type Plan = PurgePlan | UndoPlan | MarkPlan | RepairPlan | WarmPlan | LettersPlan | ProbePlan;

export interface PurgePlan extends PlanBase {
  readonly kind: 'purge';
  readonly selection: PurgeSelection;
  /** What it is of, for the audit log: the tag's index, the pattern, the glob, or the keys. */
  readonly subject: string;
  readonly method: PurgeMethod;
  /** Why the server chose the method; empty when the operator did. */
  readonly whyMethod: string;
  /** Keys that were found. Of a large tag, members of its index, not all of which need exist. */
  readonly keyCount: number;
  /** Those of them that exist; estimated from a sample when there are many. */
  readonly existingCount: Estimate;
  readonly bytes: Estimate;
  /** Sampled keys that Redis will drop by itself within five minutes, as a share 0-1; null when nothing was sampled. */
  readonly expiringSoonRatio: number | null;
  /** Patterns of the keys, the rarest (likely caught by accident) first; counts of keys, estimated when sampled. */
  readonly patterns: readonly {
    readonly pattern: string;
    readonly count: number;
    readonly isUnusual: boolean;
  }[];
  readonly sampleKeys: readonly string[];
  readonly largestKeys: readonly { readonly key: string; readonly bytes: number }[];
  /** True when the list of keys is frozen in the plan; false when the rule runs with its bounds. */
  readonly isFrozenList: boolean;
  /** The same as shell commands, copyable. */
  readonly shellCommands: readonly string[];
  readonly keysPerSecond: number;
  readonly load: LoadForecast;
  /** What could not be decided, or is not there, in sentences: shown before the figures. */
  readonly notes: readonly string[];
  /** How long it can be brought back after its end, ms; or why it cannot. */
  readonly undo:
    | { readonly state: 'kept'; readonly keptMs: number }
    | { readonly state: 'notKept'; readonly why: string };
  readonly fence: PlanFence;
}

/** Brings back what a purge removed, where nothing newer stands. */
export interface UndoPlan extends PlanBase {
  readonly kind: 'undo';
  readonly ofJobId: string;
  readonly subject: string;
  readonly keyCount: number;
  /** Of these, entries of cachescope/cache, which come back as stale. */
  readonly entryCount: number;
  readonly keysPerSecond: number;
}

/** Makes old what is stored with a tag whose entries nobody lists: neither how many they are nor which is known. */
export interface MarkPlan extends PlanBase {
  readonly kind: 'mark';
  readonly layoutName: string;
  readonly tag: string;
  /** The Redis key of the mark. */
  readonly subject: string;
  /** What the mark says now. */
  readonly state: MarkState;
  /** What services that hold entries in memory do after it, in a sentence. */
  readonly reach: string;
  /** Channels on which somebody listens now and will be told; null = the layout tells nobody. */
  readonly channelCount: number | null;
  /** The same as lines for bash; empty where the name cannot be passed to a shell. */
  readonly shellCommands: readonly string[];
}

/** Puts the index of a tag right, without touching an entry. */
export interface RepairPlan extends PlanBase {
  readonly kind: 'repair';
  readonly layoutName: string;
  readonly tag: string;
  /** The key of the index. */
  readonly subject: string;
  readonly memberCount: number;
  /** Members that no entry stands behind, and that will be taken out; a frozen list. */
  readonly keyCount: number;
  /** Of these, how many still have a list of their tags, which goes too. */
  readonly danglingCount: number;
  /** When the index is to expire instead, epoch ms; null = its TTL stays. */
  readonly ttlRaise: { readonly fromMs: number; readonly toMs: number } | null;
  /** What is done how, and what is not and why. */
  readonly offer: RepairOffer;
  readonly keysPerSecond: number;
}

/** A run of a warmer of a service: an instance loads what the warmer lists and Redis does not have fresh. */
export interface WarmPlan extends PlanBase {
  readonly kind: 'warm';
  /** The warmer, with the start of the key names of its service. */
  readonly subject: string;
  readonly warmer: string;
  /** Instance and release that said what it would do. */
  readonly answeredBy: string;
  /** Null = an instance of our library loads it; else the service does, through its hook. */
  readonly hook: WarmHookFacts | null;
  readonly preview: WarmPreview;
  /** Entries that are not fresh, by the preview's sample. */
  readonly loadCount: Estimate;
  /** What these take in Redis, by the mean size of their patterns' keys; null = a pattern was not sampled. */
  readonly bytes: Estimate | null;
  /** Whether these fit in Redis; `unknown` = it does not say, or their bytes are not known. */
  readonly room: 'fits' | 'wouldEvict' | 'wouldFail' | 'unknown';
  readonly perSecond: number;
  /** ms, of the loads alone at this rate. */
  readonly duration: Estimate;
  /** What the run asks of the source over time, besides what is loaded anyway. */
  readonly load: LoadForecast;
  /** What all services together load now; null = not known. */
  readonly currentPerSecond: number | null;
  /** What the source stands; null = not declared. */
  readonly capacityPerSecond: number | null;
}

/** Puts dead letters back into the stream of events, or drops them. */
export interface LettersPlan extends PlanBase {
  readonly kind: 'letters';
  readonly act: 'replay' | 'drop';
  readonly stream: LetterStream;
  /** The key of their stream. */
  readonly subject: string;
  /** Letters; a frozen list. */
  readonly keyCount: number;
  /** The same by event, by kind of invalidation, or by counter or family of changes; the most first. */
  readonly events: readonly { readonly event: string; readonly count: number }[];
}

/** A measurement of hit rate by pattern, and what it costs the server that it measures. */
export interface ProbePlan extends PlanBase {
  readonly kind: 'probe';
  readonly schedule: ProbeSchedule;
  /** Of Redis now. */
  readonly commandsPerSecond: number;
  /** More on the wire from Redis to us while MONITOR is attached; estimated from what comes in now. */
  readonly extraBytesPerSecond: number;
  /** Share of its throughput that a Redis at its limit may lose, 0-1: measured on other machines. Averaged over the run. */
  readonly throughputLoss: { readonly low: number; readonly high: number };
  /** 99th percentile of our PINGs before anything is attached. */
  readonly idlePingP99Ms: number;
  /** The probe stops by itself when one PING in ten takes longer. */
  readonly pingLimitMs: number;
  /** `before` is put back at the end; null = it need not be changed. */
  readonly setting: { readonly name: string; readonly before: string; readonly during: string | null };
}
