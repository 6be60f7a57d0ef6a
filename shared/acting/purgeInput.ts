import { z } from 'zod';
import { targetIdSchema } from '#shared/targetSchema.ts';

/** Most keys that one request names one by one. */
export const MAX_NAMED_KEYS = 100;

/** Longest glob, bytes: matching time grows with its length. */
export const MAX_GLOB_BYTES = 256;

/** Shortest and longest time over which a purge may be spread: below, it is no better than at once; above, TTLs do it. */
export const SPREAD_MS = { least: 10_000, most: 24 * 3_600_000 } as const;

/** Which keys: those of a tag, these keys, those of a pattern as the page names it, or those that a glob of Redis matches. Keys are escaped text (keyText.ts). */
export const purgeSelectionSchema = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('tag'),
    layout: z.string().min(1).max(40),
    /** The Redis key of the tag's index. */
    tagKey: z.string().min(1).max(2_048),
  }),
  z.strictObject({
    by: z.literal('keys'),
    keys: z.array(z.string().min(1).max(16_384)).min(1).max(MAX_NAMED_KEYS),
  }),
  z.strictObject({ by: z.literal('pattern'), pattern: z.string().min(1).max(2_048) }),
  z.strictObject({
    by: z.literal('glob'),
    glob: z
      .string()
      .min(1)
      .max(4 * MAX_GLOB_BYTES),
  }),
]);
export type PurgeSelection = z.infer<typeof purgeSelectionSchema>;

/** `now`: removed at once. `spread`: each key gets a random expiry within `overMs`, unless it has an earlier one. */
export const purgeMethodSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('now') }),
  z.strictObject({ how: z.literal('spread'), overMs: z.int().min(SPREAD_MS.least).max(SPREAD_MS.most) }),
]);
export type PurgeMethod = z.infer<typeof purgeMethodSchema>;

export const purgeInputSchema = z.strictObject({
  targetId: targetIdSchema,
  selection: purgeSelectionSchema,
  /** Absent = the server chooses by what the purge would do to the source. */
  method: purgeMethodSchema.optional(),
  /** Says that more than half of all keys are meant. */
  isWholeCacheMeant: z.boolean().optional(),
});
export type PurgeInput = z.infer<typeof purgeInputSchema>;
