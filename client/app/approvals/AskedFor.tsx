import { clsx } from 'clsx';
import { useNow } from '#client/lib/useNow.ts';
import { describeApproval } from '#client/ui/approvals/describeApproval.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { Approval } from '#shared/acting/approval.ts';

const colours = { calm: 'text-text', warning: 'text-amber', bad: 'text-verm' };

/** How an approval stands, read out when it changes; who asked and why. */
export function AskedFor({ approval }: { approval: Approval }) {
  const { stateText, tone, by, told } = describeApproval(approval, useNow());
  return (
    <div className="flex flex-col gap-1">
      <p role="status" className={clsx('flex items-start gap-2 font-medium', colours[tone])}>
        {tone !== 'calm' && <SeveritySign severity={tone === 'bad' ? 'critical' : 'warning'} size={14} />}
        <span>
          {stateText.slice(0, 1).toUpperCase()}
          {stateText.slice(1)}.
        </span>
      </p>
      <p className="break-words text-dim">{by}</p>
      {told !== '' && <p className="break-words">{told}</p>}
    </div>
  );
}
