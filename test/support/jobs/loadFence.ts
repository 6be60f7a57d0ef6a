import type { Redis } from 'ioredis';
import { FENCE_SOURCE } from '#shared/fence/fenceLibrary.ts';

/** As an admin does. */
export async function loadFence(client: Redis): Promise<void> {
  await client.call('FUNCTION', 'LOAD', 'REPLACE', FENCE_SOURCE);
}
