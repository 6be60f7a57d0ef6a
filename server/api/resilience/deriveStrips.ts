import type { BreakerName, BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { ServiceInstance } from '#shared/services/serviceInstance.ts';
import { foldStrip, type StripGrid } from '#shared/services/stripCells.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/** How one breaker of an instance that is known stood over the span. */
export interface BreakerStrip extends BreakerName {
  /** One character a step; see `foldStrip`. */
  readonly cells: string;
}

export interface Strips {
  readonly grid: StripGrid;
  readonly strips: readonly BreakerStrip[];
  /** Breakers of processes that are gone, and left out. */
  readonly goneCount: number;
}

const STRIP_CELLS = 240;

/** The strips of all breakers that are known now. */
export function deriveStrips(
  stretches: readonly BreakerStretch[],
  instances: readonly ServiceInstance[],
  span: TimeSpan,
): Strips {
  const grid = {
    fromMs: span.fromMs,
    stepMs: (span.toMs - span.fromMs) / STRIP_CELLS,
    count: STRIP_CELLS,
  };
  const byName = new Map<string, BreakerStretch[]>();
  for (const stretch of stretches) {
    const found = byName.get(keyOf(stretch));
    if (found === undefined) byName.set(keyOf(stretch), [stretch]);
    else found.push(stretch);
  }
  const strips = instances.flatMap(({ service, instance, address, breakers }) =>
    breakers.map(({ name, source }): BreakerStrip => {
      const named = { service, instance: instance ?? address, breaker: name, source };
      const own = byName.get(keyOf(named)) ?? [];
      byName.delete(keyOf(named));
      return { ...named, cells: foldStrip(own, grid) };
    }),
  );
  return { grid, strips, goneCount: byName.size };
}

function keyOf({ service, instance, breaker, source }: BreakerName): string {
  return JSON.stringify([service, instance, breaker, source]);
}
