export interface LoopShape {
  /** Callers, each of which waits for its answer before it asks again. */
  readonly concurrency: number;
  readonly windowMs: number;
  /** Calls between two looks at the clock, which itself costs as much as a look-up in memory. */
  readonly callsPerLook: number;
}

interface LoopResult {
  readonly callCount: number;
  readonly seconds: number;
}

/** Calls for `windowMs`; `number` counts up over all callers. */
async function runLoop(
  { concurrency, windowMs, callsPerLook }: LoopShape,
  call: (number: number) => unknown,
): Promise<LoopResult> {
  let callCount = 0;
  const startedAtMs = performance.now();
  const endAtMs = startedAtMs + windowMs;
  const callAgain = async (): Promise<void> => {
    while (performance.now() < endAtMs) {
      for (let at = 0; at < callsPerLook; at += 1) {
        callCount += 1;
        await call(callCount);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, callAgain));
  return { callCount, seconds: (performance.now() - startedAtMs) / 1_000 };
}

/** The same, after a warm-up of a third of the window. */
export async function runWarmLoop(shape: LoopShape, call: (number: number) => unknown): Promise<LoopResult> {
  await runLoop({ ...shape, windowMs: shape.windowMs / 3 }, call);
  return runLoop(shape, call);
}
