import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';

/** Services without our library that are warmed through a hook, as one more warmer each. */
export function hookServices(prefixes: readonly string[]): readonly WarmingService[] {
  return prefixes.map((prefix) => ({
    service: prefix.replace(/:$/, '') || 'all keys',
    prefix,
    ...{ instanceCount: 0, heardCount: 0, commandedCount: null, refusal: null },
    warmers: [{ warmer: HOOK_WARMER, runs: [] }],
  }));
}
