import { valueRefusals } from '#client/lib/access/valueRefusals.ts';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { ValueAccess } from '#shared/access/valueAccess.ts';
import { type KeyValue, SHOWN_ELEMENTS, type ShownValue, type ValuePart } from '#shared/keys/keyValue.ts';
import { valueFormatWords } from '#shared/look/valueFormat.ts';
import { useKeyValue } from './useKey.ts';

/** The start of the value, when a person asks for it and may have it. */
export function ValuePanel({ id, access }: { id: string; access: ValueAccess }) {
  const { value, error, isReading, read, hide } = useKeyValue(id);
  const failure = error === null ? null : describeFailure(error);
  return (
    <Panel
      title="Value"
      note={value !== null && <Age atMs={value.readAtMs} />}
      actions={
        access === 'allowed' && (
          <>
            {value !== null && <Button onClick={hide}>Hide</Button>}
            <Button onClick={read} disabled={isReading}>
              {isReading ? 'Reading …' : value === null ? 'Show the value' : 'Read again'}
            </Button>
          </>
        )
      }
    >
      {access !== 'allowed' && <p className="px-3 pb-3 text-dim">{valueRefusals[access]}</p>}
      {failure !== null && (
        <p role="alert" className="px-3 pb-2 text-verm">
          <b>{failure.title}.</b> {failure.detail}
        </p>
      )}
      {access === 'allowed' && value === null && (
        <p className="px-3 pb-3 text-dim">
          Reads at most 4{'\u202f'}KiB or the first {SHOWN_ELEMENTS} elements. Passwords, tokens, e-mail
          addresses, card numbers and the like are hidden. That you read it is recorded in the audit log.
        </p>
      )}
      {value !== null && <Value value={value} />}
    </Panel>
  );
}

function Value({ value: { parts, isCut, redactedCount, type } }: { value: KeyValue }) {
  // Elements have no identity but their place; the list is never reordered.
  const listed = parts.map((part, place) => ({ id: String(place), part }));
  return (
    <div className="flex flex-col gap-2 px-3 pb-3">
      <p className="text-sm text-dim">
        {redactedCount === 0 ? 'Nothing was hidden.' : `${formatCount(redactedCount)} hidden by rules.`}
        {isCut && (type === 'string' ? ' Only its start is shown.' : ' Only some of its elements are shown.')}
      </p>
      {listed.map(({ id, part }) => (
        <Part key={id} part={part} />
      ))}
    </div>
  );
}

function Part({ part: { label, value } }: { part: ValuePart }) {
  return (
    <div className="min-w-0">
      {label !== null && <code className="text-dim! break-all">{label}</code>}
      <PartText value={value} />
    </div>
  );
}

function PartText({ value: { kind, text, note, format, isCut } }: { value: ShownValue }) {
  return (
    <>
      {kind !== 'hidden' && (
        <pre className="rounded-md border border-line bg-bg px-2 py-1 break-all whitespace-pre-wrap">
          {text}
          {isCut && !text.endsWith('…') ? '…' : ''}
        </pre>
      )}
      <p className="text-xs text-faint">
        {kind === 'hidden'
          ? note
          : [valueFormatWords[format], note].filter((words) => words !== '').join('. ')}
      </p>
    </>
  );
}
