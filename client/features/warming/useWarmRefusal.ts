import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import type { WarmingAnswer } from './warmingModel.ts';

/** Why nothing can be warmed from here by whoever looks; null when it can. */
export function useWarmRefusal(connection: WarmingAnswer['connection']['state']): string | null {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  const roleRefusal = useRefusal('operator');
  if (isReadOnly) return 'This server was started read-only: nothing can be warmed from here.';
  if (connection === 'unreachable') return 'Redis does not answer, so that no instance hears a command.';
  return roleRefusal;
}
