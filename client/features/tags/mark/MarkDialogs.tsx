import type { GuardedMark } from '#client/lib/jobs/useGuardedJob.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { Planning } from '#client/ui/dialog/Planning.tsx';
import { NoPurge } from '#client/ui/purge/NoPurge.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { MarkDialog } from './MarkDialog.tsx';
import { MarkPlanFacts } from './MarkPlanFacts.tsx';

interface MarkDialogsProps {
  tag: TagSummary;
  guarded: GuardedMark;
  /** Why nothing may be purged; null when it may. */
  refusal: string | null;
  onClose: () => void;
}

/** The way from a tag with a mark to the job that purges it: planning, the plan and its confirmation, or why there is none. */
export function MarkDialogs({ tag, guarded, refusal, onClose }: MarkDialogsProps) {
  const { plan, planned, planFailure } = guarded;
  if (refusal !== null) return <MarkDialog tag={tag} refusal={refusal} onClose={onClose} />;
  if (planned === null) return null;
  const renew = () => guarded.planMark({ layout: planned.layout, tagKey: planned.tagKey });
  if (plan !== null) {
    return (
      <ConfirmDialog plan={plan} start={guarded.start} onCancel={onClose} onRenew={renew}>
        <MarkPlanFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  // The mark itself says why it cannot be purged from outside.
  if (planFailure?.code === 'badInput') return <MarkDialog tag={tag} refusal={null} onClose={onClose} />;
  if (planFailure !== null) {
    return <NoPurge name={tag.tag} failure={planFailure} onRenew={renew} onClose={onClose} />;
  }
  return (
    <Planning title="Planning the purge" onClose={onClose}>
      The server reads the mark of <code className="break-all">{tag.tag}</code> and which services listen.
    </Planning>
  );
}
