import { z } from 'zod';
import { LETTER_ID } from '#shared/letters/deadLetter.ts';
import { targetIdSchema } from '#shared/targetSchema.ts';
import { keyPredicatesSchema } from './keyPredicate.ts';
import { MAX_GLOB_BYTES, MAX_NAMED_KEYS, MAX_NAMED_TAGS, SPREAD_MS, STAGED_MS } from './purgeLimits.ts';

const tagSchema = z.strictObject({
  layout: z.string().min(1).max(40),
  /** The Redis key of the tag's index. */
  tagKey: z.string().min(1).max(2_048),
});
/** A tag that a request names. */
export type NamedTag = z.infer<typeof tagSchema>;

/**
 * Which keys: those of a tag, of several tags, these keys, those of a pattern as the page names it, those that a glob of Redis matches,
 * or what an invalidation names that a service gave up. Keys are escaped text (keyText.ts).
 */
export const purgeSelectionSchema = z.discriminatedUnion('by', [
  tagSchema.extend({ by: z.literal('tag') }),
  z.strictObject({
    by: z.literal('tags'),
    /** `any`: keys of at least one of the tags; `all`: keys that each of them lists. */
    match: z.enum(['any', 'all']),
    tags: z.array(tagSchema).min(2).max(MAX_NAMED_TAGS),
  }),
  z.strictObject({
    by: z.literal('keys'),
    keys: z.array(z.string().min(1).max(16_384)).min(1).max(MAX_NAMED_KEYS),
  }),
  z.strictObject({
    by: z.literal('pattern'),
    pattern: z.string().min(1).max(2_048),
    where: keyPredicatesSchema.optional(),
  }),
  z.strictObject({
    by: z.literal('glob'),
    glob: z
      .string()
      .min(1)
      .max(4 * MAX_GLOB_BYTES),
    where: keyPredicatesSchema.optional(),
  }),
  z.strictObject({
    by: z.literal('letter'),
    service: z.string().min(1).max(256),
    /** Of a dead letter in its queue of invalidations; the server reads there what is meant, as bytes. */
    id: z.string().regex(LETTER_ID),
  }),
]);
export type PurgeSelection = z.infer<typeof purgeSelectionSchema>;

/**
 * `now`: removed at once. `spread`: each key gets a random expiry within `overMs`, unless it has an earlier one. `staged`: removed in
 * growing stages within `overMs`, after each of which source and Redis are watched before the next begins (purgeStages.ts). `soft`:
 * entries of cachescope/cache are marked as stale, so that readers get them until they are loaded anew; other keys stay as they are.
 */
export const purgeMethodSchema = z.discriminatedUnion('how', [
  z.strictObject({ how: z.literal('now') }),
  z.strictObject({ how: z.literal('soft') }),
  z.strictObject({ how: z.literal('spread'), overMs: z.int().min(SPREAD_MS.least).max(SPREAD_MS.most) }),
  z.strictObject({ how: z.literal('staged'), overMs: z.int().min(STAGED_MS.least).max(STAGED_MS.most) }),
]);
export type PurgeMethod = z.infer<typeof purgeMethodSchema>;

export const purgeInputSchema = z.strictObject({
  targetId: targetIdSchema,
  selection: purgeSelectionSchema,
  /** Absent = the server chooses by what the purge would do to the source. */
  method: purgeMethodSchema.optional(),
  /** The data is wrong or leaked: nothing of it is kept for an undo. */
  isDataBad: z.boolean().optional(),
  /** Says that more than half of all keys are meant. */
  isWholeCacheMeant: z.boolean().optional(),
});
export type PurgeInput = z.infer<typeof purgeInputSchema>;
