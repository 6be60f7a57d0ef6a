import { z } from 'zod';
import { type KeySearch, keySearchKinds, MAX_SEARCH_CHARS } from './keySearch.ts';

export const keySearchSchema: z.ZodType<KeySearch> = z.strictObject({
  kind: z.enum(keySearchKinds),
  text: z.string().min(1).max(MAX_SEARCH_CHARS),
});
