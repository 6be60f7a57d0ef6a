import { z } from 'zod';

/** What the services of the shop tell each other; each says for itself what it must no longer serve then. */
export const shopEvents = {
  productUpdated: z.object({ id: z.number(), category: z.string() }),
  categoryChanged: z.object({ slug: z.string() }),
};
