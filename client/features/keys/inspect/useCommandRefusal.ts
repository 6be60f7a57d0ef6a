import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { useStatus } from '#client/lib/useStatus.ts';

const READ_ONLY = 'This server was started read-only: it sends no commands to services.';

/** Why whoever looks may send no commands to services; null when they may. */
export function useCommandRefusal(): string | null {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  const roleRefusal = useRefusal('operator');
  return isReadOnly ? READ_ONLY : roleRefusal;
}
