import { describe, expect, it } from 'vitest';
import { prepareApprovalBanners } from '#client/app/approvals/prepareApprovalBanners.ts';
import type { Approval } from '#shared/acting/approval.ts';
import { approvalOf } from '#test/support/jobs/approvalOf.ts';

const { askedAtMs, expiresAtMs } = approvalOf();
const decision = { by: 'bob', text: 'no', atMs: askedAtMs };

const toBob = { ownName: 'bob', mayApprove: true };
const toAda = { ownName: 'ada', mayApprove: true };

function titles(approvals: readonly Approval[], looker: typeof toBob, nowMs = askedAtMs): readonly string[] {
  return prepareApprovalBanners(approvals, looker, nowMs).map(({ title }) => title);
}

describe('to whoever may approve', () => {
  it('a plan that waits is told with who, what and why, and leads to it', () => {
    expect(prepareApprovalBanners([approvalOf()], toBob, askedAtMs)).toEqual([
      {
        severity: 'warning',
        title: 'ada asks for a second approver.',
        detail: 'Purge 48,210 keys tagged category:electronics in prod-eu: wrong prices',
        planId: 'plan-1',
        expiresAtMs,
      },
    ]);
  });

  it('several are told in one line, which leads to the list', () => {
    const two = [approvalOf(), approvalOf({ planId: 'plan-2', requester: 'eve' })];
    expect(prepareApprovalBanners(two, toBob, askedAtMs)).toMatchObject([
      { title: '2 plans wait for a second approver.', detail: 'Asked by ada, eve.', planId: null },
    ]);
  });

  it('what is decided, taken back, started or too old is not told', () => {
    const others = (['approved', 'declined', 'withdrawn', 'used', 'expired'] as const).map((state) =>
      approvalOf({ state, decision }),
    );
    expect(titles(others, toBob)).toEqual([]);
    expect(titles([approvalOf()], toBob, expiresAtMs)).toEqual([]);
  });
});

describe('to whoever asked', () => {
  it.each([
    ['waiting', ['Your plan waits for a second approver.']],
    ['approved', ['Your plan is approved by bob, not started yet.']],
    ['declined', ['Your plan was declined by bob.']],
    ['withdrawn', []],
    ['used', []],
  ] as const)('%s: %j', (state, told) => {
    const own = approvalOf({ state, decision: state === 'waiting' ? null : decision });
    expect(titles([own], toAda)).toEqual(told);
    expect(titles([own], toAda, expiresAtMs)).toEqual([]);
  });
});

it('whoever may approve nothing, or has not logged in, is told nothing of the plans of others', () => {
  expect(prepareApprovalBanners([approvalOf()], { ownName: 'vic', mayApprove: false }, askedAtMs)).toEqual(
    [],
  );
  expect(prepareApprovalBanners([approvalOf()], { ownName: null, mayApprove: true }, askedAtMs)).toEqual([]);
});
