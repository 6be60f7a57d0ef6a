import { expect, it } from 'vitest';
import { JobHold } from '#server/jobs/door/jobHold.ts';
import { OperatorSession } from '#server/jobs/operatorSession.ts';
import { runWarm } from '#server/jobs/warm/runWarm.ts';
import { faultText } from '#server/redis/faults/faultText.ts';
import { type FaultKind, RedisFault } from '#server/redis/redisConnection.ts';
import { warmByHook } from '#test/client/app/approvals/plansOfEachKind.ts';
import { manualClock } from '#test/support/manualClock.ts';

/** A run whose start fails in this way, while no instance answers on any other. */
function runWithout(kind: FaultKind) {
  const clock = manualClock();
  const fault = new RedisFault(kind, 'XADD', faultText(kind, 'XADD'));
  return runWarm({
    ...{ jobId: 'job', plan: { ...warmByHook, hook: null }, prefix: 'shop:', clock },
    ...{ judge: () => null, onProgress: () => {}, stop: new AbortController().signal },
    hold: new JobHold({ clock, onChange: () => {} }),
    session: new OperatorSession({ openOperator: () => Promise.reject(fault), clock }),
    commands: {
      ask: ({ command }) => (command.kind === 'warm.start' ? Promise.reject(fault) : Promise.resolve(null)),
    },
  });
}

it.each(['timeout', 'unreachable', 'maxClients'] as const)(
  'a run that ends by "%s" promises nothing that no job does, and says to plan it again',
  async (kind) => {
    const { state, outcome } = await runWithout(kind);
    expect(state).toBe('unknown');
    expect(outcome).toMatch(
      /An instance may go on warming\. What is loaded stays; plan it again once Redis answers\./,
    );
    expect(outcome).not.toMatch(/ourselves|again slowly/);
  },
);

it('a run that may not be begun says what the user of Redis lacks', async () => {
  const { outcome } = await runWithout('notPermitted');
  expect(outcome).toMatch(/may not run XADD\..* What is loaded stays\./);
  expect(outcome).not.toContain('plan it again');
});
