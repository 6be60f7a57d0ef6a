import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import type { TargetId } from '#shared/target.ts';
import { type ApiParts, watchOf } from '../apiContext.ts';

/** Services of our library with their warmers, and those without it that are warmed through a hook, as one more warmer each. */
export function warmableServices(parts: ApiParts, targetId: TargetId): readonly WarmingService[] {
  return [...watchOf(parts, targetId).warmingServices(), ...parts.warmHookPrefixes.map(throughHook)];
}

function throughHook(prefix: string): WarmingService {
  return {
    service: prefix.replace(/:$/, '') || 'all keys',
    prefix,
    ...{ instanceCount: 0, heardCount: 0, commandedCount: null, refusal: null },
    warmers: [{ warmer: HOOK_WARMER, runs: [] }],
  };
}
