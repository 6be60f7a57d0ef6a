import { clsx } from 'clsx';
import { useApprovals } from '#client/lib/jobs/useApprovals.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useNow } from '#client/lib/useNow.ts';
import { type Approval, isApprovalOpen } from '#shared/acting/approval.ts';
import { Button } from '../Button.tsx';
import { formatPlanLife } from '../dialog/preparePlan.ts';
import { Panel } from '../Panel.tsx';
import { SeveritySign } from '../SeveritySign.tsx';
import { describeApproval } from './describeApproval.ts';

/** What ended longer ago is in the audit log. */
const SHOWN_ENDED = 3;

/** Plans that wait for a second approver, and the last that did; nothing where there are none. */
export function ApprovalsPanel() {
  const approvals = useApprovals().data ?? [];
  const nowMs = useNow();
  const { setSearch } = usePageSearch();
  if (approvals.length === 0) return null;
  const isOpen = (approval: Approval) => isApprovalOpen(describeApproval(approval, nowMs).state);
  const open = approvals.filter(isOpen);
  const ended = approvals.filter((approval) => !isOpen(approval)).slice(0, SHOWN_ENDED);
  return (
    <Panel
      title="Second approver"
      note={open.length === 0 ? 'no plan waits for one' : `${open.length} open`}
      className="shrink-0"
    >
      <ul className="max-h-60 divide-y divide-line overflow-auto">
        {[...open, ...ended].map((approval) => (
          <li key={approval.planId}>
            <ApprovalRow
              approval={approval}
              nowMs={nowMs}
              onOpen={() => setSearch({ approval: approval.planId }, 'push')}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const colours = { calm: 'text-dim', warning: 'text-amber', bad: 'text-verm' };

interface ApprovalRowProps {
  approval: Approval;
  nowMs: number;
  onOpen: () => void;
}

function ApprovalRow({ approval, nowMs, onOpen }: ApprovalRowProps) {
  const { stateText, tone, by, told, state } = describeApproval(approval, nowMs);
  return (
    <article aria-label={approval.title} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2">
      <div className="min-w-0 flex-1 basis-64">
        <h3 className="break-words">{approval.title}</h3>
        <p className="flex flex-wrap items-center gap-x-2 text-sm text-dim">
          {tone !== 'calm' && <SeveritySign severity={tone === 'bad' ? 'critical' : 'warning'} size={12} />}
          <span role="status" className={clsx(colours[tone])}>
            {stateText}
          </span>
          <span className="min-w-0 break-words">{by}</span>
        </p>
        {told !== '' && <p className="text-sm break-words text-dim">{told}</p>}
      </div>
      {isApprovalOpen(state) && (
        <span className="text-sm text-dim">{formatPlanLife(approval, nowMs)} left</span>
      )}
      <Button onClick={onOpen} aria-label={`Look at it: ${approval.title}`}>
        Look at it
      </Button>
    </article>
  );
}
