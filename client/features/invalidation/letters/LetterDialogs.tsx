import type { GuardedLetters } from '#client/lib/jobs/useGuardedJob.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { NoPlan } from '#client/ui/dialog/NoPlan.tsx';
import { Planning } from '#client/ui/dialog/Planning.tsx';
import { LettersFacts } from './LettersFacts.tsx';

/** The way from the button to a running job: the plan and its confirmation, or why there is none. */
export function LetterDialogs({ guarded }: { guarded: GuardedLetters }) {
  const { plan, planned, planFailure } = guarded;
  if (planned === null) return null;
  if (plan !== null) {
    return (
      <ConfirmDialog
        plan={plan}
        start={guarded.start}
        onCancel={guarded.dismiss}
        onRenew={() => guarded.planLetters(planned)}
      >
        <LettersFacts plan={plan} />
      </ConfirmDialog>
    );
  }
  if (planFailure !== null) return <NoPlan failure={planFailure} onClose={guarded.dismiss} />;
  return (
    <Planning title="Reading the letters" onClose={guarded.dismiss}>
      The server reads each letter.
    </Planning>
  );
}
