/** .NET's ticks of 1970-01-01 UTC: tenths of a microsecond since the year 1. */
const EPOCH_TICKS = 621_355_968_000_000_000n;
const TICKS_PER_MS = 10_000n;

export function ticksOfMs(ms: number): bigint {
  return EPOCH_TICKS + BigInt(Math.floor(ms)) * TICKS_PER_MS;
}

export function msOfTicks(ticks: bigint): number {
  return Number((ticks - EPOCH_TICKS) / TICKS_PER_MS);
}
