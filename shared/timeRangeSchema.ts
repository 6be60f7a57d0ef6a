import { z } from 'zod';
import type { Compare, RelativeRange, TimeRange } from './timeRange.ts';

const relativeRanges = ['15m', '1h', '6h', '24h', '7d', '30d'] as const satisfies readonly RelativeRange[];

/** `Compare` as the API accepts it. */
export const compareSchema: z.ZodType<Compare> = z.enum(['none', 'before', 'yesterday', 'lastWeek']);

/** `TimeRange` as the API accepts it; refuses a span that does not end after it starts. */
export const timeRangeSchema: z.ZodType<TimeRange> = z.union([
  z.object({ last: z.enum(relativeRanges) }).strict(),
  z
    .object({ fromMs: z.number().int().min(0), toMs: z.number().int().min(1) })
    .strict()
    .refine((range) => range.toMs > range.fromMs, 'The end of the range must be after its start.'),
]);
