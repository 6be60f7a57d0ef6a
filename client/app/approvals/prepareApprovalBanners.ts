import { describeApproval } from '#client/ui/approvals/describeApproval.ts';
import type { Approval } from '#shared/acting/approval.ts';

export interface ApprovalBanner {
  readonly severity: 'warning' | 'note';
  readonly title: string;
  readonly detail: string;
  /** The plan that it is about; null = several, which the list shows. */
  readonly planId: string | null;
  /** Until when it can be answered; null where the time does not matter. */
  readonly expiresAtMs: number | null;
}

interface Looker {
  /** Null = nobody has logged in. */
  readonly ownName: string | null;
  readonly mayApprove: boolean;
}

/**
 * What somebody has to hear of on every page: plans of others that wait for them, and the turns of their own. Each end of an own plan is
 * told for as long as the plan would have been good.
 */
export function prepareApprovalBanners(
  approvals: readonly Approval[],
  { ownName, mayApprove }: Looker,
  nowMs: number,
): readonly ApprovalBanner[] {
  if (ownName === null) return [];
  const current = approvals.filter(({ expiresAtMs }) => nowMs < expiresAtMs);
  const own = current.filter(({ requester }) => requester === ownName);
  const others = mayApprove
    ? current.filter(({ requester, state }) => requester !== ownName && state === 'waiting')
    : [];
  return [...bannersOfOthers(others), ...own.flatMap((approval) => ownBanner(approval, nowMs))];
}

function bannersOfOthers(waiting: readonly Approval[]): readonly ApprovalBanner[] {
  const [first, second] = waiting;
  if (first === undefined) return [];
  if (second !== undefined) {
    const title = `${waiting.length} plans wait for a second approver.`;
    const detail = waiting.map(({ requester }) => requester).join(', ');
    return [{ severity: 'warning', title, detail: `Asked by ${detail}.`, planId: null, expiresAtMs: null }];
  }
  return [
    {
      severity: 'warning',
      title: `${first.requester} asks for a second approver.`,
      detail: `${first.title}: ${first.reason}`,
      planId: first.planId,
      expiresAtMs: first.expiresAtMs,
    },
  ];
}

function ownBanner(approval: Approval, nowMs: number): readonly ApprovalBanner[] {
  const { planId, title: detail, state, expiresAtMs } = approval;
  const about = { detail, planId };
  const { stateText } = describeApproval(approval, nowMs);
  switch (state) {
    case 'waiting':
      return [{ ...about, severity: 'note', title: 'Your plan waits for a second approver.', expiresAtMs }];
    case 'approved':
      return [{ ...about, severity: 'warning', title: `Your plan is ${stateText}.`, expiresAtMs }];
    case 'declined':
      return [{ ...about, severity: 'warning', title: `Your plan was ${stateText}.`, expiresAtMs: null }];
    // Who took it back or started it knows.
    case 'withdrawn':
    case 'used':
    case 'expired':
      return [];
  }
}
