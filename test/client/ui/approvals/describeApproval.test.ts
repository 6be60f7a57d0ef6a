import { describe, expect, it } from 'vitest';
import { describeApproval } from '#client/ui/approvals/describeApproval.ts';
import { approvalOf } from '#test/support/jobs/approvalOf.ts';

const decision = { by: 'bob', text: '', atMs: 0 };
const { askedAtMs, expiresAtMs } = approvalOf();

describe('an approval in words', () => {
  it.each([
    [{ state: 'waiting' }, 'waits for a second approver', 'warning'],
    [{ state: 'approved', decision }, 'approved by bob, not started yet', 'calm'],
    [{ state: 'declined', decision }, 'declined by bob', 'bad'],
    [{ state: 'withdrawn' }, 'taken back', 'calm'],
    [{ state: 'used', decision, jobId: 'j' }, 'approved by bob and started', 'calm'],
    [{ state: 'used', decision }, 'approved by bob, but its start was refused', 'calm'],
    [{ state: 'expired' }, 'too old, never started', 'warning'],
  ] as const)('%j: %s', (more, stateText, tone) => {
    expect(describeApproval(approvalOf(more), askedAtMs)).toMatchObject({ stateText, tone });
  });

  it('is expired as soon as its time is over, whatever the server said last; an end stays what it is', () => {
    const stateAt = (state: 'waiting' | 'approved' | 'declined', nowMs: number) =>
      describeApproval(approvalOf({ state, decision }), nowMs).state;
    expect(stateAt('waiting', expiresAtMs - 1)).toBe('waiting');
    expect(stateAt('waiting', expiresAtMs)).toBe('expired');
    expect(stateAt('approved', expiresAtMs)).toBe('expired');
    expect(stateAt('declined', expiresAtMs)).toBe('declined');
  });

  it('tells who asked, why, what was said and what is to be known besides', () => {
    const note = 'bob, who had approved it, may not approve any more.';
    expect(describeApproval(approvalOf({ note }), askedAtMs)).toMatchObject({
      by: expect.stringMatching(/^asked by ada at \d\d:10:00: wrong prices$/),
      told: note,
    });
    const told = { ...decision, text: 'not during the sale' };
    expect(describeApproval(approvalOf({ state: 'declined', decision: told }), askedAtMs).told).toBe(
      'bob: not during the sale',
    );
  });
});
