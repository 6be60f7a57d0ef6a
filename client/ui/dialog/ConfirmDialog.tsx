import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { useNow } from '#client/lib/useNow.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { Button } from '../Button.tsx';
import { AskDialog } from './AskDialog.tsx';
import { confirmLabel } from './confirmLabel.ts';
import { PlanDialog, PlanWarning } from './PlanDialog.tsx';
import { formatPlanLife, planAnswerable } from './preparePlan.ts';
import { ReasonField } from './ReasonField.tsx';

export interface PlanAnswer {
  readonly typed: string;
  readonly reason: string;
}

/** Starts the plan that is shown, and how that went. */
interface PlanStart {
  /** Called once for each plan; again only after a failure came back. */
  confirm: (plan: Plan, answer: PlanAnswer) => void;
  /** True while the server answers. */
  isPending: boolean;
  /** True when the server will not start this plan (any more), whatever is typed: only a new one helps. */
  isPlanSpent: boolean;
  failure: Failure | null;
}

interface ConfirmDialogProps {
  plan: Plan;
  start: PlanStart;
  /** Who approved the plan, and why it is to be done as they were told; absent = nobody (yet). */
  approved?: { readonly by: string; readonly reason: string };
  onCancel: () => void;
  /** Asks the server for a fresh plan of the same thing; absent = it is planned elsewhere. */
  onRenew?: () => void;
  /** What the plan does and costs. */
  children: ReactNode;
}

/**
 * The one way to confirm an act: it shows the server's plan, asks for what the plan asks for, and answers once. A plan that nobody has
 * approved who must asks for that instead.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { plan, approved, onCancel, onRenew, children } = props;
  if (!plan.isApprovalNeeded || approved !== undefined) return <StartDialog key={plan.id} {...props} />;
  return (
    <AskDialog key={plan.id} plan={plan} onClose={onCancel} onRenew={onRenew}>
      {children}
    </AskDialog>
  );
}

function StartDialog(props: ConfirmDialogProps) {
  const { plan, start, approved, onCancel } = props;
  const { failure, isPending, isPlanSpent } = start;
  const cancel = useRef<HTMLButtonElement>(null);
  const formId = useId();
  const [answer, setAnswer] = useState<PlanAnswer>({ typed: '', reason: approved?.reason ?? '' });
  const answered = useRef<{ planId: string; failure: Failure | null } | null>(null);
  const nowMs = useNow();
  const answerable = isPlanSpent ? ({ state: 'expired' } as const) : planAnswerable(plan, answer, nowMs);
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    const before = answered.current;
    const isAnswered = before?.planId === plan.id && before.failure === failure;
    if (answerable.state !== 'ready' || isPending || isAnswered) return;
    answered.current = { planId: plan.id, failure };
    start.confirm(plan, { typed: answer.typed.trim(), reason: answer.reason.trim() });
  };
  const footer = (
    <>
      <Button ref={cancel} onClick={onCancel}>
        Cancel
      </Button>
      {answerable.state === 'expired' ? (
        props.onRenew !== undefined && <Button onClick={props.onRenew}>Make a new plan</Button>
      ) : (
        <Button
          variant="danger"
          type="submit"
          form={formId}
          disabled={answerable.state !== 'ready' || isPending}
        >
          {isPending ? 'Starting' : confirmLabel(plan)}
        </Button>
      )}
      <span className="ml-auto text-right text-sm text-dim">
        {answerable.state === 'expired'
          ? `This plan ${isPlanSpent ? 'cannot be started any more' : 'is too old to start'}.`
          : `Plan valid ${formatPlanLife(plan, nowMs)}${answerable.state === 'waiting' ? ` · needs ${answerable.missing}` : ''}`}
      </span>
    </>
  );
  const failed = failure !== null && (
    <p role="alert" className="text-verm">
      <b>{failure.title}.</b> {failure.detail}
    </p>
  );
  return (
    <PlanDialog plan={plan} onClose={onCancel} initialFocus={cancel} footer={footer} failure={failed}>
      {approved !== undefined && (
        <p role="status" className="px-4 pt-3">
          <b>{approved.by} approved this plan.</b> It starts when you confirm it.
        </p>
      )}
      {props.children}
      <form id={formId} onSubmit={confirm} className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <PlanWarning plan={plan} />
        <AnswerFields plan={plan} answer={answer} onChange={setAnswer} />
      </form>
    </PlanDialog>
  );
}

interface AnswerFieldsProps {
  plan: Plan;
  answer: PlanAnswer;
  onChange: (answer: PlanAnswer) => void;
}

function AnswerFields({ plan, answer, onChange }: AnswerFieldsProps) {
  return (
    <>
      <ReasonField
        label={plan.isReasonRequired ? 'Reason' : 'Reason (may stay empty)'}
        value={answer.reason}
        isRequired={plan.isReasonRequired}
        onText={(reason) => onChange({ ...answer, reason })}
      />
      {plan.confirmation.kind === 'typed' && (
        <label className="flex flex-col gap-1 text-dim">
          <span>
            Type <code className="text-text">{plan.confirmation.text}</code>
          </span>
          <input
            className="rounded-md border border-edge bg-bg px-2.5 py-1 font-mono text-text"
            value={answer.typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange({ ...answer, typed: event.target.value })}
          />
        </label>
      )}
    </>
  );
}
