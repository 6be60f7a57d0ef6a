import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { useStatus } from '#client/lib/useStatus.ts';

const READ_ONLY = 'This server was started read-only: nothing can be purged from here.';

/** Why nothing can be purged from here by whoever looks; null when it can. */
export function usePurgeRefusal(): string | null {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  const roleRefusal = useRefusal('operator');
  return isReadOnly ? READ_ONLY : roleRefusal;
}
