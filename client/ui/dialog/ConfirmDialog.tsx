import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { useNow } from '#client/lib/useNow.ts';
import type { Plan } from '#shared/acting/plan.ts';
import { Button } from '../Button.tsx';
import { SeveritySign } from '../SeveritySign.tsx';
import { Dialog } from './Dialog.tsx';
import { formatPlanLife, planAnswerable } from './preparePlan.ts';

export interface PlanAnswer {
  readonly typed: string;
  readonly reason: string;
}

interface ConfirmDialogProps {
  plan: Plan;
  /** What the button does, with its count: `Purge 48,210 keys`. */
  confirmLabel: string;
  /** Called once for each plan; again only after a failure came back. */
  onConfirm: (answer: PlanAnswer) => void;
  onCancel: () => void;
  /** Asks the server for a fresh plan of the same thing. */
  onRenew: () => void;
  /** True while the server answers. */
  isStarting: boolean;
  failure: Failure | null;
  /** True when the server will not start this plan (any more), whatever is typed: only a new one helps. */
  isSpent?: boolean;
  /** What the plan does and costs. */
  children: ReactNode;
}

/** The one way to confirm an act: it shows the server's plan, asks for what the plan asks for, and answers once. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { plan, onCancel, failure, isSpent = false } = props;
  const cancel = useRef<HTMLButtonElement>(null);
  const formId = useId();
  const [answer, setAnswer] = useState<PlanAnswer>({ typed: '', reason: '' });
  const answered = useRef<{ planId: string; failure: Failure | null } | null>(null);
  const nowMs = useNow();
  const answerable = isSpent ? ({ state: 'expired' } as const) : planAnswerable(plan, answer, nowMs);
  const confirm = (event: FormEvent) => {
    event.preventDefault();
    const before = answered.current;
    const isAnswered = before?.planId === plan.id && before.failure === failure;
    if (answerable.state !== 'ready' || props.isStarting || isAnswered) return;
    answered.current = { planId: plan.id, failure };
    props.onConfirm({ typed: answer.typed.trim(), reason: answer.reason.trim() });
  };
  return (
    <Dialog
      role="alertdialog"
      title={<PlanTitle plan={plan} />}
      onClose={onCancel}
      initialFocus={cancel}
      className="border-t-3 border-t-env"
    >
      {props.children}
      <form id={formId} onSubmit={confirm} className="flex flex-col gap-2 border-t border-line px-4 py-3">
        <p className="flex items-start gap-2 text-amber">
          <SeveritySign severity="warning" size={14} />
          {plan.warning}
        </p>
        <AnswerFields plan={plan} answer={answer} onChange={setAnswer} />
        {failure !== null && (
          <p role="alert" className="text-verm">
            <b>{failure.title}.</b> {failure.detail}
          </p>
        )}
      </form>
      <footer className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-line bg-panel px-4 py-3">
        <Button ref={cancel} onClick={onCancel}>
          Cancel
        </Button>
        {answerable.state === 'expired' ? (
          <Button onClick={props.onRenew}>Make a new plan</Button>
        ) : (
          <Button
            variant="danger"
            type="submit"
            form={formId}
            disabled={answerable.state !== 'ready' || props.isStarting}
          >
            {props.isStarting ? 'Starting' : props.confirmLabel}
          </Button>
        )}
        <span className="ml-auto text-right text-sm text-dim">
          {answerable.state === 'expired'
            ? `This plan ${isSpent ? 'cannot be started any more' : 'is too old to start'}.`
            : `Plan valid ${formatPlanLife(plan, nowMs)}${answerable.state === 'waiting' ? ` · needs ${answerable.missing}` : ''}`}
        </span>
      </footer>
    </Dialog>
  );
}

/** The server's title, with the place at its end made to stand out. */
function PlanTitle({ plan }: { plan: Plan }) {
  const place = plan.environment;
  const rest = plan.title.endsWith(` ${place}`) ? plan.title.slice(0, -place.length) : `${plan.title} in `;
  return (
    <>
      {rest}
      <span className="text-base font-bold text-env uppercase">{plan.environment}</span>
    </>
  );
}

interface AnswerFieldsProps {
  plan: Plan;
  answer: PlanAnswer;
  onChange: (answer: PlanAnswer) => void;
}

function AnswerFields({ plan, answer, onChange }: AnswerFieldsProps) {
  const field = 'rounded-md border border-edge bg-bg px-2.5 py-1';
  return (
    <>
      <label className="flex flex-col gap-1 text-dim">
        {plan.isReasonRequired ? 'Reason' : 'Reason (may stay empty)'}
        <input
          className={`${field} text-text`}
          value={answer.reason}
          maxLength={500}
          required={plan.isReasonRequired}
          onChange={(event) => onChange({ ...answer, reason: event.target.value })}
        />
      </label>
      {plan.confirmation.kind === 'typed' && (
        <label className="flex flex-col gap-1 text-dim">
          <span>
            Type <code className="text-text">{plan.confirmation.text}</code>
          </span>
          <input
            className={`${field} font-mono text-text`}
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
