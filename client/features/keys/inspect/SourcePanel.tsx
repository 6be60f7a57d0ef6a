import { describeFailure } from '#client/lib/errorText.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { EntryComparison } from '#shared/keys/entryComparison.ts';
import { useComparison } from './useComparison.ts';

const titles: Record<EntryComparison['state'], string> = {
  same: 'The same as the source',
  drifted: 'Not what the source has',
  missing: 'No entry to compare',
  unknown: 'Could not be compared',
  refused: 'Not compared',
  unanswered: 'No answer',
};

interface SourcePanelProps {
  id: string;
  /** Why it is not offered to whoever looks; null = it is. */
  refusal: string | null;
}

/** Has the service compare its entry with the source, when a person asks for it. */
export function SourcePanel({ id, refusal }: SourcePanelProps) {
  const { comparison, error, isComparing, compare } = useComparison(id);
  const failure = error === null ? null : describeFailure(error);
  return (
    <Panel
      title="Source"
      note={comparison !== null && <Age atMs={comparison.atMs} />}
      actions={
        <Button
          onClick={compare}
          disabled={isComparing || refusal !== null}
          {...(refusal === null ? {} : { title: refusal })}
        >
          {isComparing ? 'Comparing …' : comparison === null ? 'Compare with the source' : 'Compare again'}
        </Button>
      }
    >
      <div aria-live="polite" className="flex flex-col gap-1 px-3 pb-3">
        {failure !== null && (
          <p role="alert" className="text-verm">
            <b>{failure.title}.</b> {failure.detail}
          </p>
        )}
        {refusal !== null && <p className="text-dim">{refusal}</p>}
        {comparison !== null && <Compared comparison={comparison} />}
        {comparison === null && refusal === null && failure === null && (
          <p className="text-dim">
            An instance of the service loads the value once, and if it differs once more 2{'\u202f'}s later.
            Nothing is changed, and no value is shown. That you asked is recorded in the audit log.
          </p>
        )}
      </div>
    </Panel>
  );
}

function Compared({ comparison: { state, text, answeredBy } }: { comparison: EntryComparison }) {
  return (
    <>
      <p className="flex items-center gap-2">
        {state !== 'same' && <SeveritySign severity={state === 'drifted' ? 'warning' : 'note'} size={14} />}
        <b>{titles[state]}</b>
      </p>
      <p className="text-dim">
        {text}
        {answeredBy !== null && (
          <>
            {' '}
            Said by <code className="break-all">{answeredBy}</code>.
          </>
        )}
      </p>
    </>
  );
}
