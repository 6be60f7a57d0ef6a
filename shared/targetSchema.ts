import { z } from 'zod';

/** A target's id as the API accepts it. Apart from `target.ts`, so that the page need not load the parser. */
export const targetIdSchema = z.string().min(1).max(64);
