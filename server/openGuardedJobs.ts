import { createHash, randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { JsonLinesAuditLog } from './audit/jsonLinesAuditLog.ts';
import { noteSettled, readSettledSequence } from './audit/settledEntries.ts';
import type { Config } from './config/config.ts';
import type { ServiceCommands } from './control/serviceCommands.ts';
import { createGuardedJobs } from './jobs/createGuardedJobs.ts';
import type { KnownUser } from './jobs/door/approvals.ts';
import { recoverInterrupted } from './jobs/door/recoverInterrupted.ts';
import type { GuardedJobs } from './jobs/guardedJobs.ts';
import { createProber } from './jobs/probe/createProber.ts';
import { UndoVault } from './jobs/undo/undoVault.ts';
import { readEvictions, readMemoryRoom } from './jobs/warm/readRoom.ts';
import { openProbeTools, type ProbeSurroundings } from './openProbeTools.ts';
import { openRedis } from './redis/openRedis.ts';
import type { LetterDesk } from './snapshot/letters/letterDesk.ts';
import type { Touches } from './snapshot/looks/touches.ts';
import type { TargetWatch } from './snapshot/targetWatch.ts';

interface JobSurroundings extends ProbeSurroundings {
  readonly audit: JsonLinesAuditLog;
  readonly watch: TargetWatch;
  readonly touches: Touches;
  readonly commands: ServiceCommands;
  readonly letters: Pick<LetterDesk, 'prefixOf'>;
  /** Who may log in, with the roles of now. */
  readonly users: () => readonly KnownUser[];
}

/** Closes what a crash left open in the audit log, then opens the door for new jobs. */
export async function openGuardedJobs(config: Config, around: JobSurroundings): Promise<GuardedJobs> {
  const { audit, watch, touches, learner, ledger, users, commands, letters, clock, random, log } = around;
  await recoverInterrupted(audit, await readSettledSequence(audit));
  await noteSettled(audit);
  const prober = createProber(openProbeTools(config, around));
  const vault = new UndoVault({ directory: join(config.dataDirectory, 'undo'), clock });
  vault.sweepEachMinute();
  return createGuardedJobs({
    audit,
    prober,
    vault,
    openOperator: async () =>
      openRedis({
        ...{ settings: config.redis, role: 'operator', eventStreams: config.eventStreams },
        ...{ ledger, nowMs: clock.nowMs, random },
      }),
    environment: config.environment,
    senderName: senderNameOf(config),
    isReadOnly: config.isReadOnly,
    secondApproverAboveKeys: config.secondApproverAboveKeys,
    users,
    patternOf: learner.patternOf,
    knownUse: {
      declaredTtlMs: (pattern) => config.patternTtlsMs.get(pattern) ?? null,
      touchedAtMs: touches.atMs,
    },
    prefixOf: (service) => letters.prefixOf(service),
    eventStreams: config.eventStreams,
    sourceLoad: () => ({
      patterns: watch.snapshot().patterns,
      currentPerSecond: watch.sourceLoads.recentPerSecond(),
      capacityPerSecond: config.sourceCapacityPerSecond,
    }),
    sourceLoads: watch.sourceLoads,
    warming: {
      commands,
      hooks: config.warmHooks,
      memoryRoom: () => readMemoryRoom(watch.snapshot()),
      evictedPerSecond: () => readEvictions(watch.snapshot()),
    },
    clock,
    random: randomBytes,
    reportBug: (error) =>
      log(`A job failed unexpectedly: ${error instanceof Error ? error.stack : String(error)}`),
  });
}

/** One server a directory of data, on each machine. */
function senderNameOf({ dataDirectory }: Config): string {
  const id = createHash('sha256').update(hostname()).update('\0').update(dataDirectory).digest('hex');
  return `cachescope server ${id.slice(0, 12)}`;
}
