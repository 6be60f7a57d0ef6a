import { clsx } from 'clsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { type ShownState, stateWords } from './resilienceModel.ts';

const colours: Readonly<Record<ShownState, string>> = {
  open: 'font-medium text-verm',
  forcedOpen: 'font-medium text-verm',
  halfOpen: 'text-amber',
  silent: 'text-amber',
  unknown: 'text-dim',
  disabled: 'text-text',
  closed: 'text-dim',
};

/** The state in words, with a shape for what is wrong. */
export function BreakerSign({ state, title }: { state: ShownState; title?: string }) {
  return (
    <span title={title} className={clsx('inline-flex items-center gap-1.5', colours[state])}>
      {(state === 'open' || state === 'forcedOpen') && <SeveritySign severity="critical" size={12} />}
      {(state === 'halfOpen' || state === 'silent') && <SeveritySign severity="warning" size={12} />}
      {state === 'disabled' && <SeveritySign severity="note" size={12} />}
      {stateWords[state]}
    </span>
  );
}
