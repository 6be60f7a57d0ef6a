// Run as a process of its own: purges tag:a, sends the token of its plan to a parent that listens, and kills itself once so many keys are
// reported removed (`never`: its parent does).

import { randomBytes } from 'node:crypto';
import process, { argv, kill, pid } from 'node:process';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { systemClock } from '#server/clock/clock.ts';
import { createGuardedJobs } from '#server/jobs/createGuardedJobs.ts';
import { UndoVault } from '#server/jobs/undo/undoVault.ts';
import { SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';

const [, , path = '', port, killAtKeys] = argv;
const actor = { name: 'ada', role: 'operator', sessionId: 'one' } as const;
const jobs = createGuardedJobs({
  audit: await openJsonLinesAuditLog({ path, nowMs: Date.now }),
  openOperator: async () => openTestConnection({ port: Number(port) }, 'operator'),
  environment: 'demo',
  senderName: 'cachescope server of a test',
  isReadOnly: false,
  secondApproverAboveKeys: null,
  users: () => [],
  patternOf: () => 'p:{id}',
  vault: new UndoVault({ directory: `${path}.undo`, clock: systemClock() }),
  sourceLoads: new SourceLoads(),
  knownUse: { declaredTtlMs: () => null, touchedAtMs: () => null },
  sourceLoad: () => ({ patterns: [], currentPerSecond: null, capacityPerSecond: null }),
  clock: systemClock(),
  random: randomBytes,
  reportBug: () => {},
});
jobs.onChange((job) => {
  if (job.kind === 'purge' && job.progress.changedCount >= Number(killAtKeys)) kill(pid, 'SIGKILL');
});
const plan = await jobs.planPurge(
  { targetId: 'default', selection: { by: 'tag', layout: 'simple', tagKey: 'tag:a' } },
  actor,
);
process.send?.({ token: plan.token });
const typed = plan.confirmation.kind === 'typed' ? plan.confirmation.text : '';
await jobs.start({ targetId: 'default', token: plan.token, typed, reason: 'a test' }, actor);
