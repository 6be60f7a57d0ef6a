import { describe, expect, it } from 'vitest';
import { approvalHarness } from '#test/support/jobs/approvalHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const { openOperator, storeMany } = bench;

const MINUTE_MS = 60_000;

describe('which plans need one', () => {
  it.each([
    [null, 150, false],
    [150, 150, false],
    [149, 150, true],
    [0, 1, true],
  ])('above %s keys, a purge of %i: %s', async (aboveKeys, count, isNeeded) => {
    await storeMany(count, 'p:', ['a']);
    const { plan, start, ended } = approvalHarness(openOperator, aboveKeys);
    const made = await plan('tag:a');
    expect(made.isApprovalNeeded).toBe(isNeeded);
    if (isNeeded) await expect(start(made)).rejects.toMatchObject({ code: 'approvalMissing' });
    else expect((await ended(await start(made))).state).toBe('completed');
  });

  it('an undo does, by what it brings back, and ends with what is kept', async () => {
    await storeMany(150, 'p:', ['a']);
    const { plan, ask, approve, start, ended, undone, planUndo, clock } = approvalHarness(openOperator);
    const made = await plan('tag:a');
    await ask(made);
    await approve(made);
    const purge = await ended(await start(made));
    clock.advance(5 * MINUTE_MS);
    const undo = await planUndo(purge);
    expect(undo).toMatchObject({ isApprovalNeeded: true, expiresAtMs: purge.undoUntilMs });
    await expect(start(undo)).rejects.toMatchObject({ code: 'approvalMissing' });
    await ask(undo);
    await approve(undo);
    expect(await undone(await start(undo))).toMatchObject({ state: 'completed', approver: 'bob' });
  });

  it('a repair does, by the members that it takes out', async () => {
    await storeMany(2, 'p:', ['a']);
    await bench.redis.client.sadd('tag:a', 'gone:1', 'gone:2');
    const needed = [];
    for (const aboveKeys of [1, 2]) {
      needed.push((await approvalHarness(openOperator, aboveKeys).planRepair('tag:a')).isApprovalNeeded);
    }
    expect(needed).toEqual([true, false]);
  });

  it('a purge by mark does, since nobody knows how many entries it makes old', async () => {
    await bench.redis.client.set('shop:cachetags:users', '3');
    const { planMark, start } = approvalHarness(openOperator, 1_000_000_000);
    const plan = await planMark('drupal', 'shop:cachetags:users');
    expect(plan).toMatchObject({ isApprovalNeeded: true });
    await expect(start(plan)).rejects.toMatchObject({ code: 'approvalMissing' });
  });
});
