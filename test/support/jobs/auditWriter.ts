// Run as a process of its own: appends without end and prints each acknowledged sequence, until it is killed.
import { argv, stdout } from 'node:process';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';

const log = await openJsonLinesAuditLog({ path: argv[2] ?? '', nowMs: Date.now });
for (;;) {
  const entry = await log.append({
    targetId: 'default',
    environment: 'demo',
    actor: 'local',
    action: 'purge',
    phase: 'started',
    planId: 'plan',
    jobId: 'job',
    subject: 'x'.repeat(200),
    plannedCount: 1,
    progress: null,
    outcome: '',
    reason: '',
  });
  stdout.write(`${entry.sequence}\n`);
}
