import { z } from 'zod';
import type { LetterStream } from './letterStreams.ts';

const name = z.string().min(1).max(256);

/** Whose letters a request is of. */
export const letterStreamSchema: z.ZodType<LetterStream, LetterStream> = z.discriminatedUnion('queue', [
  z.strictObject({ queue: z.literal('events'), service: name, stream: name }),
  z.strictObject({ queue: z.literal('invalidations'), service: name }),
  z.strictObject({ queue: z.literal('write-behind'), service: name, family: name }),
]);
