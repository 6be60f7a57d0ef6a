import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { describeFailure } from '#client/lib/errorText.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownState } from '#client/ui/QueryStates.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { PatternDetail } from '../preparePatternDetail.ts';
import { LOOK_COST, type Look, prepareFormats, prepareLookBasis, prepareUse } from './prepareLook.ts';
import { useLook } from './useLook.ts';

interface LookPanelProps {
  pattern: string;
  /** The newest look of anybody. */
  last: PatternDetail['look'];
}

/** Formats of values and last use of keys: read when a person asks for it, with its cost beside the button. */
export function LookPanel({ pattern, last }: LookPanelProps) {
  const { reading, error, isLooking, take } = useLook(pattern);
  const refusal = useRefusal('inspector');
  const shown = newest(reading, last);
  const failure = error === null ? null : describeFailure(error);
  return (
    <Panel
      title="A closer look"
      note={
        shown?.state === 'known' && (
          <>
            {shown.from}, <Age atMs={shown.atMs} />
          </>
        )
      }
      actions={
        <Button
          onClick={take}
          disabled={isLooking || refusal !== null}
          title={refusal ?? LOOK_COST.join(' ')}
        >
          {isLooking ? 'Looking …' : shown === null ? 'Look at values' : 'Look again'}
        </Button>
      }
    >
      {failure !== null && (
        <p role="alert" className="px-3 pb-2 text-verm">
          <b>{failure.title}.</b> {failure.detail}
        </p>
      )}
      {shown === null && <Cost />}
      {shown?.state === 'unknown' && <UnknownState reading={shown} />}
      {shown?.state === 'known' && <Found look={shown.value} />}
    </Panel>
  );
}

/** What this page took itself is the newest, unless somebody else took one after it. */
function newest(own: PatternDetail['look'], last: PatternDetail['look']): PatternDetail['look'] {
  if (own === null || last === null) return own ?? last;
  if (own.state === 'unknown' || last.state === 'unknown') return own;
  return last.atMs > own.atMs ? last : own;
}

function Cost() {
  return (
    <div className="flex flex-col gap-1 px-3 pb-3 text-sm text-dim">
      <p className="text-base text-text">
        Which formats the values have and which keys nobody reads is not known until somebody looks.
      </p>
      <ul className="flex list-disc flex-col gap-0.5 pl-4">
        {LOOK_COST.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}

function Found({ look }: { look: Look }) {
  return (
    <div className="flex flex-col gap-3 px-3 pb-3">
      <section aria-label="Formats">
        <h3 className="pb-1 text-sm text-dim">
          Formats of values{look.formats.state === 'known' && `, ${look.formats.from}`}
        </h3>
        {look.formats.state === 'known' ? (
          <Formats mix={look.formats.value} />
        ) : (
          <p className="text-dim">Not known. {look.formats.detail}</p>
        )}
      </section>
      <dl aria-label="Use of keys" className="flex flex-col gap-2">
        {prepareUse(look).map(({ label, value, basis }) => (
          <div key={label} className="min-w-0">
            <dt className="text-sm text-dim">{label}</dt>
            <dd className="font-medium">{value ?? <UnknownDash reason={basis} />}</dd>
            <dd className="text-xs text-faint">{basis}</dd>
          </div>
        ))}
      </dl>
      <p className="text-xs text-faint">{prepareLookBasis(look)}</p>
    </div>
  );
}

type Mix = Extract<Look['formats'], { state: 'known' }>['value'];

function Formats({ mix }: { mix: Mix }) {
  const { bars, notes } = prepareFormats(mix);
  return (
    <>
      <ul className="flex flex-col gap-1.5">
        {bars.map(({ id, label, ratio, text, interval }) => (
          <li key={id} title={interval}>
            <span className="flex flex-wrap items-baseline gap-x-2">
              {label} <span className="ml-auto text-sm text-dim">{text}</span>
            </span>
            <span aria-hidden className="block h-2 rounded-sm bg-soft">
              <span
                className="block h-2 rounded-sm bg-blue"
                style={{ width: `${(ratio * 100).toFixed(1)}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
      {notes.map((note) => (
        <p key={note} className="pt-1 text-sm text-dim">
          {note}
        </p>
      ))}
    </>
  );
}
