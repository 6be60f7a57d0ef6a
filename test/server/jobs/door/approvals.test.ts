import { describe, expect, it } from 'vitest';
import type { Approval } from '#shared/acting/approval.ts';
import { actorOf, approvalHarness } from '#test/support/jobs/approvalHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;

const MINUTE_MS = 60_000;

async function planned(aboveKeys: number | null = 100) {
  await storeMany(150, 'p:', ['a']);
  const harness = approvalHarness(openOperator, aboveKeys);
  return { ...harness, made: await harness.plan('tag:a') };
}

const leftCount = () => bench.redis.client.scard('tag:a');

describe('a plan that needs a second approver', () => {
  it('starts once another operator has approved it, and every entry of its job names them', async () => {
    const { made, ask, approve, start, ended, audit, jobs } = await planned();
    expect(made).toMatchObject({ isApprovalNeeded: true });
    expect(made.expiresAtMs - made.createdAtMs).toBe(15 * MINUTE_MS);
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    expect(await ask(made)).toMatchObject({ state: 'waiting', requester: 'ada', reason: 'wrong prices' });
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    expect(await leftCount()).toBe(150);

    expect(await approve(made, undefined, ' looked at it ')).toMatchObject({
      state: 'approved',
      decision: { by: 'bob', text: 'looked at it' },
    });
    const job = await ended(await start(made));
    expect(job).toMatchObject({ state: 'completed', actor: 'ada', approver: 'bob' });
    expect(await leftCount()).toBe(0);
    expect(audit.entries.map(({ phase, actor, approver }) => [phase, actor, approver])).toEqual([
      ['planned', 'ada', undefined],
      ['refused', 'ada', undefined],
      ['asked', 'ada', undefined],
      ['refused', 'ada', undefined],
      ['approved', 'bob', undefined],
      ['started', 'ada', 'bob'],
      ['ended', 'ada', 'bob'],
    ]);
    expect(new Set(audit.entries.map(({ planId }) => planId)).size).toBe(1);
    expect(audit.entries.map(({ reason }) => reason)).toContain('looked at it');
    expect(jobs.approvals.list()).toMatchObject([{ state: 'used', jobId: job.id }]);
  });

  it('still asks for the typed confirmation of whoever planned it, in their session', async () => {
    const { made, ask, approve, start, ada, bob } = await planned();
    await ask(made);
    await approve(made);
    await expect(start(made, { typed: 'demo 1' })).rejects.toMatchObject({ code: 'confirmationMismatch' });
    await expect(start(made, {}, bob)).rejects.toMatchObject({ code: 'planUnknown' });
    const elsewhere = { ...ada, sessionId: 'session-2' };
    await expect(start(made, {}, elsewhere)).rejects.toMatchObject({ code: 'planUnknown' });
    expect(await leftCount()).toBe(150);
  });

  it.each([
    ['whoever asked', 'ada', 'operator', 'session-1', 'notAllowed'],
    ['whoever asked, in another session', 'ada', 'operator', 'session-2', 'notAllowed'],
    ['whoever asked, who is an admin by now', 'ada', 'admin', 'session-3', 'notAllowed'],
    ['a viewer', 'vic', 'viewer', 'session-4', 'notAllowed'],
    ['an inspector', 'vic', 'inspector', 'session-4', 'notAllowed'],
  ] as const)('is neither approved nor declined by %s', async (_who, name, role, sessionId, code) => {
    const { made, ask, approve, decline, start } = await planned();
    await ask(made);
    const actor = actorOf(name, role, sessionId);
    await expect(approve(made, actor)).rejects.toMatchObject({ code });
    await expect(decline(made, actor)).rejects.toMatchObject({ code });
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    expect(await leftCount()).toBe(150);
  });

  it('is not started by the approval of another plan of the same tag', async () => {
    const { made, plan, ask, approve, start } = await planned();
    const other = await plan('tag:a');
    expect(other.id).not.toBe(made.id);
    await ask(other);
    await approve(other);
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    await ask(made);
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    expect(await leftCount()).toBe(150);
  });

  it('is good for 15 minutes, and its approval goes with it', async () => {
    const { made, ask, approve, start, ended, clock, approvals } = await planned();
    clock.advance(15 * MINUTE_MS - 2);
    await ask(made);
    await approve(made);
    clock.advance(1);
    expect((await ended(await start(made))).state).toBe('completed');

    await storeMany(150, 'p:', ['a']);
    const late = await planned();
    await late.ask(late.made);
    await late.approve(late.made);
    late.clock.advance(15 * MINUTE_MS);
    await expect(late.start(late.made)).rejects.toMatchObject({
      code: 'planExpired',
      message: expect.stringContaining('15 minutes'),
    });
    expect(late.approvals.list()).toMatchObject([{ state: 'expired' }]);
    await expect(late.approve(late.made, late.eve)).rejects.toMatchObject({ code: 'approvalOver' });
    expect(await leftCount()).toBe(150);
    expect(approvals.list()).toHaveLength(1);
  });

  it('lives no longer when the clock of the machine is set back', async () => {
    const { made, ask, approve, start, clock } = await planned();
    await ask(made);
    await approve(made);
    clock.advance(10 * MINUTE_MS);
    clock.setBack(10 * MINUTE_MS);
    clock.advance(6 * MINUTE_MS);
    await expect(start(made)).rejects.toMatchObject({ code: 'planExpired' });
  });

  it('is over when somebody declines it, also after another has approved it', async () => {
    const { made, ask, approve, decline, start, audit, eve, approvals } = await planned();
    await ask(made);
    await approve(made);
    expect(await decline(made, eve, 'not before the sale')).toMatchObject({
      state: 'declined',
      decision: { by: 'eve' },
    });
    await expect(start(made)).rejects.toMatchObject({
      code: 'planExpired',
      message: expect.stringContaining('eve declined this plan. "not before the sale"'),
    });
    await expect(approve(made)).rejects.toMatchObject({ code: 'approvalOver' });
    expect(audit.entries.at(-1)).toMatchObject({ phase: 'declined', reason: 'not before the sale' });
    expect(approvals.get(made.id, eve)).toMatchObject({ plan: null, approval: { state: 'declined' } });
    expect(await leftCount()).toBe(150);
  });

  it('is over when whoever planned it takes it back, and by nobody else', async () => {
    const { made, ask, approve, withdraw, start, bob, ada, audit } = await planned();
    await ask(made);
    await expect(withdraw(made, bob)).rejects.toMatchObject({ code: 'notAllowed' });
    expect(await withdraw(made, { ...ada, sessionId: 'session-2' })).toMatchObject({ state: 'withdrawn' });
    await expect(approve(made)).rejects.toMatchObject({ code: 'approvalOver' });
    await expect(start(made)).rejects.toMatchObject({ code: 'planExpired' });
    expect(audit.entries.at(-1)).toMatchObject({ phase: 'withdrawn', actor: 'ada' });
  });

  it.each([
    ['has a lower role', 'viewer'],
    ['is removed', null],
  ] as const)('waits again when whoever approved it %s by the time it is started', async (_what, role) => {
    const { made, ask, approve, start, ended, setRole, eve, approvals } = await planned();
    await ask(made);
    await approve(made);
    setRole('bob', role);
    await expect(start(made)).rejects.toMatchObject({
      code: 'approvalMissing',
      message: expect.stringContaining('bob, who had approved it, may not approve any more.'),
    });
    setRole('bob', 'operator');
    expect(approvals.list()).toMatchObject([{ state: 'waiting', decision: null }]);
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    await approve(made, eve);
    expect(await ended(await start(made))).toMatchObject({ approver: 'eve' });
  });

  it('takes one approval, also when two come at once', async () => {
    const { made, ask, approve, audit, eve } = await planned();
    await ask(made);
    const both = await Promise.allSettled([approve(made), approve(made, eve)]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(approve(made, eve)).rejects.toMatchObject({
      code: 'approvalOver',
      message: 'It is approved by bob already.',
    });
    expect(audit.entries.filter(({ phase }) => phase === 'approved')).toHaveLength(1);
  });

  it('counts no approval that the audit log does not hold', async () => {
    const { made, ask, approve, decline, start, withdraw, audit, approvals } = await planned();
    await ask(made);
    audit.breakDown();
    await expect(approve(made)).rejects.toMatchObject({ code: 'auditUnavailable' });
    await expect(decline(made)).rejects.toMatchObject({ code: 'auditUnavailable' });
    expect(approvals.list()).toMatchObject([{ state: 'waiting' }]);
    await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    expect(await withdraw(made)).toMatchObject({ state: 'withdrawn' });
  });

  it('counts no approval of what was taken back while it was written', async () => {
    const { made, ask, approve, withdraw, start } = await planned();
    await ask(made);
    const approving = approve(made);
    await withdraw(made);
    await expect(approving).rejects.toMatchObject({ code: 'approvalOver' });
    await expect(start(made)).rejects.toMatchObject({ code: 'planExpired' });
  });

  it('is gone with a start that is refused, and so is its approval', async () => {
    const { made, ask, approve, start, approvals } = await planned();
    await ask(made);
    await approve(made);
    await storeMany(50, 'q:', ['a']);
    await expect(start(made)).rejects.toMatchObject({ code: 'planChanged' });
    await expect(start(made)).rejects.toMatchObject({ code: 'planUsed' });
    expect(approvals.list()).toMatchObject([
      { state: 'used', jobId: null, note: expect.stringContaining('Make a new plan') },
    ]);
  });
});

describe('asking', () => {
  it('needs a reason, a plan of the asker that needs it, and somebody who could approve', async () => {
    const { made, plan, ask, ada, bob, setRole, audit } = await planned();
    await expect(ask(made, ada, '  ')).rejects.toMatchObject({ code: 'reasonMissing' });
    await expect(ask(made, bob)).rejects.toMatchObject({ code: 'planUnknown' });
    await storeMany(5, 's:', ['small']);
    const small = await plan('tag:small');
    expect(small.isApprovalNeeded).toBe(false);
    await expect(ask(small)).rejects.toMatchObject({ code: 'badInput' });
    for (const name of ['bob', 'eve']) setRole(name, 'inspector');
    await expect(ask(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    audit.breakDown();
    setRole('bob', 'operator');
    await expect(ask(made)).rejects.toMatchObject({ code: 'auditUnavailable' });
  });

  it('twice is asking once', async () => {
    const { made, ask, audit } = await planned();
    const first = await ask(made);
    expect(await ask(made)).toEqual(first);
    expect(audit.entries.filter(({ phase }) => phase === 'asked')).toHaveLength(1);
  });

  it('holds four plans of one person and is not crowded out by newer plans', async () => {
    const { made, plan, ask, approve, start, ended } = await planned();
    for (const one of [made, await plan('tag:a'), await plan('tag:a'), await plan('tag:a')]) await ask(one);
    await expect(ask(await plan('tag:a'))).rejects.toMatchObject({ code: 'busy' });
    for (let count = 0; count < 40; count += 1) await plan('tag:a');
    await approve(made);
    expect((await ended(await start(made))).state).toBe('completed');
  });

  it('tells whoever listens of each step', async () => {
    const { made, ask, approve, start, ended, approvals } = await planned();
    const heard: Approval['state'][] = [];
    const stop = approvals.onChange(({ state }) => void heard.push(state));
    await ask(made);
    await approve(made);
    await ended(await start(made));
    stop();
    expect(heard).toEqual(['waiting', 'approved', 'used', 'used']);
  });

  it('shows the whole plan to others, and its token to nobody but its maker in their session', async () => {
    const { made, ask, approvals, ada, bob } = await planned();
    await ask(made);
    expect(approvals.get(made.id, ada)).toMatchObject({ plan: { token: made.token } });
    const { token: _, ...shown } = made;
    expect(approvals.get(made.id, bob)).toMatchObject({
      plan: { ...shown, token: '' },
      approvers: ['bob', 'eve'],
    });
    expect(approvals.get(made.id, { ...ada, sessionId: 'session-2' })).toMatchObject({ plan: { token: '' } });
    expect(JSON.stringify(approvals.list())).not.toContain(made.token);
    expect(approvals.get('no such plan', bob)).toBeNull();
  });
});
