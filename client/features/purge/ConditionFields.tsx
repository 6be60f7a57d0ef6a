import { Select } from '#client/ui/Select.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { type ValueFormat, valueFormats, valueFormatWords } from '#shared/look/valueFormat.ts';
import type { ConditionDraft } from './prepareConditions.ts';

const formats: readonly { readonly value: ValueFormat | ''; readonly text: string }[] = [
  { value: '', text: 'any' },
  ...valueFormats.map((value) => ({ value, text: valueFormatWords[value] })),
];

interface ConditionFieldsProps {
  draft: ConditionDraft;
  onChange: (draft: ConditionDraft) => void;
}

/** What keys must be besides being named so. All that is filled in must hold. */
export function ConditionFields({ draft, onChange }: ConditionFieldsProps) {
  return (
    <fieldset className="flex flex-col gap-2 rounded-md border border-line px-3 py-2">
      <legend className="px-1 text-dim">Only keys that are all of this (empty: any)</legend>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={draft.isWithoutTtl}
          onChange={(event) => onChange({ ...draft, isWithoutTtl: event.target.checked })}
        />
        Without a TTL
      </label>
      <label className="flex items-center gap-2">
        <input
          type="checkbox"
          checked={draft.isNeverRead}
          onChange={(event) => onChange({ ...draft, isNeverRead: event.target.checked })}
        />
        Never read since they were stored
      </label>
      <div className="grid grid-cols-3 gap-3 max-md:grid-cols-1">
        <TextField
          label="Larger than"
          placeholder="64 KiB"
          value={draft.larger}
          onText={(larger) => onChange({ ...draft, larger })}
        />
        <TextField
          label="Stored longer ago than"
          placeholder="2 h"
          value={draft.older}
          onText={(older) => onChange({ ...draft, older })}
        />
        <TextField
          label="Unused for"
          placeholder="30 min"
          value={draft.idle}
          onText={(idle) => onChange({ ...draft, idle })}
        />
      </div>
      <div>
        <Select
          label="Format of the value"
          prefix="Format of the value"
          value={draft.format}
          options={formats}
          onChange={(format) => onChange({ ...draft, format })}
        />
      </div>
      <p className="text-sm text-dim">
        Each key is asked, and again right before it goes. What cannot be told of a key does not hold of it;
        the plan says of how many.
      </p>
    </fieldset>
  );
}
