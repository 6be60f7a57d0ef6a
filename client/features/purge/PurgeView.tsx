import { type FormEvent, useId, useState } from 'react';
import { useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { ApprovalsPanel } from '#client/ui/approvals/ApprovalsPanel.tsx';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { PurgeJobs } from '#client/ui/purge/PurgeJobs.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import { Select } from '#client/ui/Select.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { ConditionFields } from './ConditionFields.tsx';
import { NO_CONDITIONS } from './prepareConditions.ts';
import { type PurgeDraft, prepareRequest, ways } from './prepareRequest.ts';
import { TagPicker } from './TagPicker.tsx';

const EMPTY: PurgeDraft = {
  ...{ by: 'keys', text: '', match: 'any', tags: [], conditions: NO_CONDITIONS },
  isWholeCacheMeant: false,
};

/** Any purge that is not of a tag or a pattern in view: the form asks for a plan, and changes nothing by itself. */
export function PurgeView() {
  const guarded = useGuardedJob();
  const [draft, setDraft] = useState(EMPTY);
  const refusal = usePurgeRefusal();
  const request = prepareRequest(draft);
  const plan = (event: FormEvent) => {
    event.preventDefault();
    if (request.state === 'ready' && refusal === null) guarded.planPurge(request.asked);
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <ApprovalsPanel />
      <PurgeJobs guarded={guarded} />
      <Panel title="Purge" note="a plan first: nothing is changed before you have seen and confirmed it">
        <form onSubmit={plan} className="flex max-w-3xl flex-col gap-3 px-3 py-3">
          <div>
            <Select
              label="Which keys"
              prefix="Which keys"
              value={draft.by}
              options={ways.map(({ by, text }) => ({ value: by, text }))}
              onChange={(by) => setDraft({ ...draft, by })}
            />
          </div>
          <DraftFields draft={draft} onChange={setDraft} />
          <div className="flex flex-wrap items-center gap-2">
            <Button type="submit" disabled={request.state !== 'ready' || refusal !== null}>
              Plan the purge
            </Button>
            <span role="status" className="text-sm text-dim">
              {refusal ?? (request.state === 'ready' ? request.note : request.missing)}
            </span>
          </div>
        </form>
      </Panel>
      <PurgeDialogs guarded={guarded} />
    </div>
  );
}

function DraftFields({ draft, onChange }: { draft: PurgeDraft; onChange: (draft: PurgeDraft) => void }) {
  const way = ways.find(({ by }) => by === draft.by);
  const helpId = useId();
  if (draft.by === 'tags') return <TagPicker draft={draft} onChange={onChange} />;
  return (
    <>
      <label className="flex flex-col gap-1 text-dim">
        {way?.label}
        <textarea
          value={draft.text}
          rows={draft.by === 'keys' ? 6 : 2}
          spellCheck={false}
          autoComplete="off"
          placeholder={way?.example}
          aria-describedby={helpId}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
          className="rounded-md border border-edge bg-bg px-2.5 py-1 font-mono text-text"
        />
      </label>
      <p id={helpId} className="text-sm text-dim">
        {way?.help}
      </p>
      {draft.by !== 'keys' && (
        <details>
          <summary className="cursor-pointer text-dim">Only keys that are …</summary>
          <ConditionFields
            draft={draft.conditions}
            onChange={(conditions) => onChange({ ...draft, conditions })}
          />
        </details>
      )}
      {draft.by !== 'keys' && (
        <label className="flex items-center gap-2">
          <input
            type="checkbox"
            checked={draft.isWholeCacheMeant}
            onChange={(event) => onChange({ ...draft, isWholeCacheMeant: event.target.checked })}
          />
          More than half of all keys are meant
          {draft.isWholeCacheMeant && <SeveritySign severity="warning" size={14} />}
        </label>
      )}
    </>
  );
}
