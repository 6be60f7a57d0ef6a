import { LettersFacts } from '#client/features/invalidation/letters/LettersFacts.tsx';
import { ProbeFacts } from '#client/features/patterns/probe/ProbeDialogs.tsx';
import { RepairFacts } from '#client/features/tags/detail/RepairDialogs.tsx';
import { MarkPlanFacts } from '#client/features/tags/mark/MarkPlanFacts.tsx';
import { LoadFacts } from '#client/ui/purge/LoadFacts.tsx';
import { PlanFacts } from '#client/ui/purge/PlanFacts.tsx';
import { UndoFacts } from '#client/ui/purge/UndoDialogs.tsx';
import { WarmFacts } from '#client/ui/warm/WarmFacts.tsx';
import type { Plan } from '#shared/acting/plan.ts';
import { describeFence } from '#shared/acting/planFence.ts';

/** What a plan of whichever kind does, as whoever made it saw it, without what makes another one of it. */
export function PlanBody({ plan }: { plan: Plan }) {
  switch (plan.kind) {
    case 'purge':
      return (
        <>
          <PlanFacts plan={plan} />
          <div className="flex flex-col gap-2 border-t border-line px-4 py-3">
            <LoadFacts load={plan.load} method={plan.method} />
            <p className="text-sm text-dim">{describeFence(plan.fence)}</p>
          </div>
        </>
      );
    case 'undo':
      return <UndoFacts plan={plan} />;
    case 'mark':
      return <MarkPlanFacts plan={plan} />;
    case 'repair':
      return <RepairFacts plan={plan} />;
    case 'warm':
      return <WarmFacts plan={plan} />;
    case 'letters':
      return <LettersFacts plan={plan} />;
    case 'probe':
      return (
        <div className="px-4 py-3">
          <ProbeFacts plan={plan} />
        </div>
      );
  }
}
