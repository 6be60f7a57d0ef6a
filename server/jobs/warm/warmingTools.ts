import type { ServiceCommands } from '#server/control/serviceCommands.ts';
import type { WarmHook } from './hook/postKeys.ts';
import type { MemoryRoom } from './judgeRoom.ts';

/** What warming takes besides what all jobs have. */
export interface WarmingTools {
  readonly commands: Pick<ServiceCommands, 'ask'>;
  /** Services without our library. */
  readonly hooks: readonly WarmHook[];
  readonly memoryRoom: () => MemoryRoom;
  /** Of all masters together; null = not known. */
  readonly evictedPerSecond: () => number | null;
}
