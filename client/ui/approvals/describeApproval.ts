import { formatClock } from '#client/lib/formatTime.ts';
import { type Approval, isApprovalOpen } from '#shared/acting/approval.ts';

export interface ApprovalModel {
  /** `expired` as soon as the time is over, also before the server says so. */
  readonly state: Approval['state'];
  readonly stateText: string;
  readonly tone: 'calm' | 'warning' | 'bad';
  /** Who asked, why and when. */
  readonly by: string;
  /** What was decided, and what is to be known besides; empty while there is nothing. */
  readonly told: string;
}

const tones: Record<Approval['state'], ApprovalModel['tone']> = {
  waiting: 'warning',
  approved: 'calm',
  declined: 'bad',
  withdrawn: 'calm',
  used: 'calm',
  expired: 'warning',
};

/** An approval in words. */
export function describeApproval(approval: Approval, nowMs: number): ApprovalModel {
  const { requester, reason, askedAtMs, decision, note } = approval;
  const state = stateNow(approval, nowMs);
  const word = decision === null || decision.text === '' ? '' : `${decision.by}: ${decision.text}`;
  return {
    state,
    stateText: stateText(approval, state),
    tone: tones[state],
    by: `asked by ${requester} at ${formatClock(askedAtMs)}: ${reason}`,
    told: [word, note].filter((text) => text !== '').join(' '),
  };
}

/** The server tells of an end when it is asked next; the page need not wait for that. */
function stateNow({ state, expiresAtMs }: Approval, nowMs: number): Approval['state'] {
  return isApprovalOpen(state) && nowMs >= expiresAtMs ? 'expired' : state;
}

function stateText({ decision, jobId }: Approval, state: Approval['state']): string {
  const by = decision === null ? '' : ` by ${decision.by}`;
  switch (state) {
    case 'waiting':
      return 'waits for a second approver';
    case 'approved':
      return `approved${by}, not started yet`;
    case 'declined':
      return `declined${by}`;
    case 'withdrawn':
      return 'taken back';
    case 'used':
      return jobId === null ? `approved${by}, but its start was refused` : `approved${by} and started`;
    case 'expired':
      return 'too old, never started';
  }
}
