import { clsx } from 'clsx';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { type AuditStatus, prepareChain } from './prepareChain.ts';

interface ChainStatusProps {
  status: AuditStatus;
  /** Why the last request for a check did not reach the server. */
  checkFailure: unknown;
  onCheck: () => void;
}

/** Whether the log is as it was written, and the head to note elsewhere. */
export function ChainStatus({ status, checkFailure, onCheck }: ChainStatusProps) {
  const { tone, text } = prepareChain(status);
  const { runningRatio } = status.check;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-1.5 text-sm text-dim">
      <p
        role={tone === 'bad' ? 'alert' : 'status'}
        className={clsx('flex min-w-0 items-center gap-2', tone === 'bad' && 'text-verm')}
      >
        {tone === 'bad' && <SeveritySign severity="critical" size={14} />}
        <span className="break-words">
          {checkFailure === null ? text : describeFailure(checkFailure).title}
        </span>
      </p>
      {status.head !== null && <Head head={status.head} />}
      <Button className="ml-auto" disabled={runningRatio !== null} onClick={onCheck}>
        {runningRatio === null ? 'Verify now' : `Verifying, ${Math.round(runningRatio * 100)} %`}
      </Button>
    </div>
  );
}

function Head({ head: { sequence, hash } }: { head: NonNullable<AuditStatus['head']> }) {
  return (
    <span
      className="flex items-center gap-1"
      title="Note it outside of this server: with it, audit verify also finds that newest entries were removed"
    >
      head{' '}
      <code>
        {formatCount(sequence)}:{hash.slice(0, 8)}…
      </code>
      <CopyButton label="Copy the head, as audit verify takes it" text={`${sequence}:${hash}`} />
    </span>
  );
}
