// Run as a process of its own: purges tag:a and kills itself once so many keys are reported removed.
import { randomBytes } from 'node:crypto';
import { argv, kill, pid } from 'node:process';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { systemClock } from '#server/clock/clock.ts';
import { createGuardedJobs } from '#server/jobs/createGuardedJobs.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';

const [, , path = '', port, killAtKeys] = argv;
const actor = { name: 'ada', role: 'operator', sessionId: 'one' } as const;
const jobs = createGuardedJobs({
  audit: await openJsonLinesAuditLog({ path, nowMs: Date.now }),
  openOperator: async () => openTestConnection({ port: Number(port) }, 'operator'),
  environment: 'demo',
  isReadOnly: false,
  patternOf: () => 'p:{id}',
  clock: systemClock(),
  random: randomBytes,
  reportBug: () => {},
});
jobs.onChange((job) => {
  if (job.kind === 'purgeTag' && job.progress.changedCount >= Number(killAtKeys)) kill(pid, 'SIGKILL');
});
const plan = await jobs.planPurgeTag({ targetId: 'default', layout: 'simple', tagKey: 'tag:a' }, actor);
const typed = plan.confirmation.kind === 'typed' ? plan.confirmation.text : '';
await jobs.start({ targetId: 'default', token: plan.token, typed, reason: 'a test' }, actor);
