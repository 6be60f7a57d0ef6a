import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '#server/clock/clock.ts';
import { APPROVED_PLAN_LIFETIME_MS } from '#shared/acting/plan.ts';
import { openApprovalServer, SHOES_COUNT } from '#test/support/access/openApprovalServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { type ScriptedTerminal, scriptedTerminal } from '#test/support/cli/scriptedTerminal.ts';

let server: Awaited<ReturnType<typeof openApprovalServer>>;
let laterMs = 0;

beforeAll(async () => {
  const clock = { ...systemClock(), nowMs: () => Date.now() + laterMs };
  server = await openApprovalServer({ clock });
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  await server.fillShoes();
  // Whatever another test left.
  for (const planId of await openPlans()) await run('bob', ['approvals', 'decline', planId]);
});

function run(user: string, words: readonly string[], terminal?: ScriptedTerminal) {
  return runCommandLine({
    words: [...words, '--user', user],
    url: server.url,
    around: { readPassword: async () => PASSWORD },
    ...(terminal === undefined ? {} : { terminal }),
  });
}

const listed = z.object({ approvals: z.array(z.object({ planId: z.string() })) });

async function openPlans(): Promise<readonly string[]> {
  const { out } = await run('vic', ['approvals', 'list', '--json']);
  return listed.parse(JSON.parse(out)).approvals.map(({ planId }) => planId);
}

/** The id of the plan that somebody has asked about by now. */
async function askedPlan(): Promise<string> {
  for (;;) {
    const [planId] = await openPlans();
    if (planId !== undefined) return planId;
    await setTimeout(20);
  }
}

const confirmed = ['--confirm', `test ${SHOES_COUNT}`, '--reason', 'wrong prices'];
const purge = ['purge', '--tag', 'shoes', ...confirmed];

describe('a purge that needs a second approver', () => {
  it('says who can approve it and how, waits, and runs once they have', async () => {
    const terminal = scriptedTerminal();
    const purging = run('ada', purge, terminal);
    const planId = await askedPlan();
    const approved = await run('bob', ['approvals', 'approve', planId, '--yes', '--text', 'looked at it']);
    expect(approved).toMatchObject({
      code: 0,
      out: 'Approved by bob. They say: "looked at it" ada can start it now.',
    });
    expect(approved.said).toMatch(/^Purge 200 keys tagged shoes in test$/m);
    const { code, out, said } = await purging;
    expect(code).toBe(0);
    expect(said).toMatch(/It needs a second approver: another operator or admin/);
    expect(said).toMatch(/^It waits for a second approver until .*Z: bob\.$/m);
    expect(said).toContain(`${server.url}/?approval=${planId}`);
    expect(said).toContain(`cachescope approvals approve ${planId} --url ${server.url} --user bob`);
    expect(said).toMatch(/^Approved by bob\. They say: "looked at it"$/m);
    expect(terminal.progress.join('\n')).toMatch(/Waiting for a second approver, 1[45]\S* min left/);
    expect(out).toMatch(/^Completed after/);
    expect(out).toMatch(/^Approved by bob\.$/m);
    expect(await server.leftCount()).toBe(0);
    const audited = await run('ada', ['audit', 'list', '--plan', planId]);
    for (const phase of ['planned', 'asked', 'approved', 'started', 'ended']) {
      expect(audited.out).toMatch(new RegExp(` ${phase} `));
    }
    expect((await run('vic', ['approvals', 'show', planId])).out).toMatch(
      /Approved by bob and started as job/,
    );
  });

  it('starts nothing when it is declined, and says by whom and why', async () => {
    const purging = run('ada', [...purge, '--json']);
    const planId = await askedPlan();
    const declined = await run('bob', ['approvals', 'decline', planId, '--text', 'not during the sale']);
    expect(declined).toMatchObject({ code: 0, out: 'Declined by bob. They say: "not during the sale"' });
    const { code, out } = await purging;
    expect(code).toBe(4);
    expect(JSON.parse(out)).toMatchObject({ job: null, approval: { state: 'declined' } });
    expect(out).not.toContain('"token"');
    expect(await server.leftCount()).toBe(SHOES_COUNT);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is taken back by %s', async (signal) => {
    const terminal = scriptedTerminal();
    const purging = run('ada', purge, terminal);
    const planId = await askedPlan();
    while (!terminal.interrupt(signal)) await setTimeout(5);
    expect(await purging).toMatchObject({ code: 4, out: 'Taken back by ada. Nothing was started.' });
    expect(await run('bob', ['approvals', 'approve', planId, '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('taken back by whoever planned it'),
    });
    expect(await server.leftCount()).toBe(SHOES_COUNT);
  });

  it('starts nothing when nobody answers in its time', async () => {
    const purging = run('ada', purge);
    await askedPlan();
    laterMs += APPROVED_PLAN_LIFETIME_MS;
    expect(await purging).toMatchObject({
      code: 4,
      out: 'Too old: nobody started it in its time. Nothing was started.',
    });
    expect(await server.leftCount()).toBe(SHOES_COUNT);
  });

  it('is not asked for without a reason', async () => {
    const words = ['purge', '--tag', 'shoes', '--confirm', `test ${SHOES_COUNT}`];
    expect(await run('ada', words)).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
    expect(await openPlans()).toEqual([]);
  });

  it('says that the plan is gone when the server ends while it waits', async () => {
    await using other = await openApprovalServer();
    await other.fillShoes();
    const words = [...purge, '--user', 'ada'];
    const around = { readPassword: async () => PASSWORD };
    const terminal = scriptedTerminal();
    const purging = runCommandLine({ words, url: other.url, around, terminal });
    while (terminal.progress.every((line) => !line.startsWith('Waiting'))) await setTimeout(5);
    await other.stop();
    expect(await purging).toMatchObject({
      code: 4,
      err: expect.stringContaining('is gone with it, and nothing was started'),
    });
    expect(await other.leftCount()).toBe(SHOES_COUNT);
  });
});

describe('cachescope approvals', () => {
  it('lists who waits for what, and shows the whole plan without the token that could start it', async () => {
    expect((await run('vic', ['approvals', 'list'])).out).toBe('No plan waits for a second approver.');
    const planId = await server.askForShoes('wrong prices');
    const { out } = await run('bob', ['approvals', 'list']);
    expect(out).toMatch(/^plan .* reason$/m);
    expect(out).toMatch(
      new RegExp(`^${planId} +waiting .* ada +- .*Purge 200 keys tagged shoes.*wrong prices$`, 'm'),
    );
    const shown = await run('vic', ['approvals', 'show', planId]);
    expect(shown.out).toMatch(/^keys +200 found/m);
    expect(shown.out).toMatch(/^asked by +ada, /m);
    expect(shown.out).toMatch(/^may approve +bob$/m);
    expect(shown.out).toMatch(/^Nobody has decided yet\.$/m);
    const json = await run('ada', ['approvals', 'show', planId, '--json']);
    expect(JSON.parse(json.out)).toMatchObject({ approval: { planId }, plan: { keyCount: 200 } });
    expect(json.out).not.toContain('"token"');
  });

  it.each([
    ['ada', ['approve', '--yes'], 1, 'You asked for this yourself'],
    ['ada', ['decline'], 1, 'You asked for this yourself'],
    ['vic', ['approve', '--yes'], 1, 'This needs the role operator; you are viewer.'],
    ['bob', ['approve'], 2, 'say --yes, or run this in a terminal'],
  ] as const)('is refused to %s with %j', async (user, [act = '', ...flags], code, problem) => {
    const planId = await server.askForShoes('x');
    const answer = await run(user, ['approvals', act, planId, ...flags]);
    expect(answer).toMatchObject({ code, err: expect.stringContaining(problem) });
    expect(await openPlans()).toEqual([planId]);
  });

  it('asks the person at the terminal, and approves nothing without a yes', async () => {
    const planId = await server.askForShoes('x');
    const no = await run('bob', ['approvals', 'approve', planId], scriptedTerminal({ typed: [''] }));
    expect(no).toMatchObject({ code: 4, out: 'Not confirmed: nothing was approved.' });
    const yes = await run('bob', ['approvals', 'approve', planId], scriptedTerminal({ typed: ['y'] }));
    expect(yes.said).toMatch(/keys +200 found[\s\S]*Approve it\? \[y\/N\]/);
    expect(yes).toMatchObject({ code: 0, out: 'Approved by bob. ada can start it now.' });
    const again = await run('bob', ['approvals', 'approve', planId, '--yes']);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('approved by bob already') });
  });

  it('names what is wrong with the id of a plan', async () => {
    expect(await run('bob', ['approvals', 'show'])).toMatchObject({ code: 2 });
    expect(await run('bob', ['approvals', 'show', 'a b'])).toMatchObject({ code: 2 });
    expect(await run('bob', ['approvals', 'approve', 'f00', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('No plan of this id waits here'),
    });
  });
});
