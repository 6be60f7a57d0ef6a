import { z } from 'zod';
import { valueFormats } from '#shared/look/valueFormat.ts';
import { LARGER_BYTES, PREDICATE_SPAN_MS } from './purgeLimits.ts';

const spanSchema = z.int().min(PREDICATE_SPAN_MS.least).max(PREDICATE_SPAN_MS.most);

/** What a key must be, besides being named so, to be meant. What cannot be told of a key does not hold of it. */
export const keyPredicateSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('withoutTtl') }),
  /** By MEMORY USAGE. */
  z.strictObject({
    is: z.literal('larger'),
    thanBytes: z.int().min(LARGER_BYTES.least).max(LARGER_BYTES.most),
  }),
  /** Of a string value, by its first bytes; of an entry of cachescope/cache, of what it holds. */
  z.strictObject({ is: z.literal('format'), format: z.enum(valueFormats) }),
  z.strictObject({ is: z.literal('neverRead') }),
  /** Stored longer ago. */
  z.strictObject({ is: z.literal('older'), thanMs: spanSchema }),
  /** Neither read nor written for longer. */
  z.strictObject({ is: z.literal('idle'), forMs: spanSchema }),
]);
export type KeyPredicate = z.infer<typeof keyPredicateSchema>;

/** All of them must hold; each kind at most once. */
export const keyPredicatesSchema = z
  .array(keyPredicateSchema)
  .min(1)
  .refine((predicates) => new Set(predicates.map(({ is }) => is)).size === predicates.length, {
    message: 'Each condition at most once.',
  });
