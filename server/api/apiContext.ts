import type { Access, Caller } from '#server/access/access.ts';
import type { ChainCheck } from '#server/audit/chainCheck.ts';
import type { JsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import type { ServiceCommands } from '#server/control/serviceCommands.ts';
import type { HistoryStore } from '#server/history/historyStore.ts';
import type { GuardedJobs } from '#server/jobs/guardedJobs.ts';
import type { LetterDesk } from '#server/snapshot/letters/letterDesk.ts';
import type { TargetWatch } from '#server/snapshot/targetWatch.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { Actor } from '#shared/roles.ts';
import { DEFAULT_TARGET_ID, type TargetId } from '#shared/target.ts';

/** What the routers work with. One target is served for now; `watchOf` is the only place that knows. */
export interface ApiParts {
  readonly watch: TargetWatch;
  readonly history: HistoryStore;
  readonly jobs: GuardedJobs;
  readonly commands: ServiceCommands;
  readonly letters: LetterDesk;
  readonly audit: JsonLinesAuditLog;
  readonly auditCheck: ChainCheck;
  readonly access: Access;
  readonly clock: () => number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly pause: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Starts of the names of keys that services load through hooks. */
  readonly warmHookPrefixes: readonly string[];
  readonly isReadOnly: boolean;
  /** Loads a second that the source behind the cache stands; null = not declared. */
  readonly sourceCapacityPerSecond: number | null;
  readonly redisAddress: string;
  readonly version: string;
}

export interface ApiContext {
  /** Null = nobody has logged in. */
  readonly actor: Actor | null;
  /** Who it is by now, for what is open for long. */
  readonly recheck: () => Actor | null;
  readonly caller: Caller;
  /** Has the browser bring this token from now on; null = none. */
  readonly keepSession: (token: string | null) => void;
  readonly parts: ApiParts;
}

export function watchOf(parts: ApiParts, targetId: TargetId): TargetWatch {
  if (targetId !== DEFAULT_TARGET_ID) {
    throw new AppError(
      'notFound',
      `There is no target ${targetId}. This server watches ${DEFAULT_TARGET_ID}.`,
    );
  }
  return parts.watch;
}
