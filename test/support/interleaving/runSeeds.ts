import { type Interleaving, openInterleaving } from './openInterleaving.ts';

/** How long a seeded test may take, for its options: hours when it was given thousands of seeds. */
export const seededTest = { timeout: process.env.SEEDS === undefined ? 120_000 : 7_200_000 };

/**
 * Runs the world of each seed after the other, and throws at the first that fails, with its seed and its order of events.
 * `SEEDS` sets how many in place of `count`, `FIRST_SEED` where to begin.
 */
export async function runSeeds(
  count: number,
  runWorld: (interleaving: Interleaving) => Promise<void>,
): Promise<void> {
  const first = Number(process.env.FIRST_SEED ?? 1);
  const end = first + Number(process.env.SEEDS ?? count);
  for (let seed = first; seed < end; seed += 1) {
    const interleaving = openInterleaving(seed);
    try {
      await runWorld(interleaving);
      await interleaving.close();
    } catch (error) {
      await interleaving.close().catch(() => {});
      throw failureOf(interleaving, error);
    }
  }
}

function failureOf({ seed, trace }: Interleaving, error: unknown): Error {
  const message = error instanceof Error ? error.message : String(error);
  const lines = [
    `Seed ${seed}: ${message}`,
    `Again: FIRST_SEED=${seed} SEEDS=1`,
    'Order of events:',
    ...trace.map((label) => `  ${label}`),
  ];
  return new Error(lines.join('\n'), { cause: error });
}
