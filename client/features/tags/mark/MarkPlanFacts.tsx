import { PlanFigures } from '#client/ui/dialog/PlanFigures.tsx';
import { ShellCommands } from '#client/ui/purge/ShellCommands.tsx';
import type { MarkPlan } from '#shared/acting/plan.ts';
import { describeMark, markPlanFacts } from './prepareMark.ts';

/** What is known of a purge by mark, and what is not. */
export function MarkPlanFacts({ plan }: { plan: MarkPlan }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <p>
        {plan.layoutName} keeps no list of the entries that carry a tag: it compares each entry with the mark{' '}
        <code className="break-all">{plan.subject}</code> when it is read. {describeMark(plan.state)} The job
        writes the mark anew and removes nothing: what was stored with the tag before is a miss at its next
        read.
      </p>
      <PlanFigures figures={markPlanFacts(plan)} />
      <p>{plan.reach}</p>
      <ShellCommands commands={plan.shellCommands} />
    </div>
  );
}
