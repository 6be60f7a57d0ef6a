import { z } from 'zod';
import { targetIdSchema } from '#shared/targetSchema.ts';
import { compareSchema, timeRangeSchema } from '#shared/timeRangeSchema.ts';

export const targetInput = z.object({ targetId: targetIdSchema }).strict();

export const rangeInput = targetInput.extend({ range: timeRangeSchema, compare: compareSchema }).strict();
