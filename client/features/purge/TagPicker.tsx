import { useState } from 'react';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { Select } from '#client/ui/Select.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { useDebouncedText } from '#client/ui/useDebouncedText.ts';
import type { PurgeDraft } from './prepareRequest.ts';
import { tagsToAdd } from './prepareRequest.ts';
import { useTagSearch } from './useTagSearch.ts';

const matches = [
  { value: 'any', text: 'any of these tags' },
  { value: 'all', text: 'all of these tags' },
] as const;

interface TagPickerProps {
  draft: PurgeDraft;
  onChange: (draft: PurgeDraft) => void;
}

/** Several tags, found by their names, and whether a key must have one of them or all. */
export function TagPicker({ draft, onChange }: TagPickerProps) {
  const [search, setSearch] = useState('');
  const { text, setText } = useDebouncedText(search, setSearch);
  const found = useTagSearch(search);
  const addable = search === '' || found.data === undefined ? [] : tagsToAdd(found.data.tags, draft.tags);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Select
          label="Keys with"
          prefix="Keys with"
          value={draft.match}
          options={matches}
          onChange={(match) => onChange({ ...draft, match })}
        />
      </div>
      {draft.tags.length > 0 && (
        <ul aria-label="Chosen tags" className="flex flex-col gap-1">
          {draft.tags.map((tag) => (
            <li key={`${tag.layout} ${tag.tagKey}`} className="flex min-w-0 items-center gap-2">
              <code className="min-w-0 break-all">{tag.tagKey}</code>
              <span className="text-sm text-dim">{tag.layoutName}</span>
              <span className="ml-auto">
                <Button
                  aria-label={`Take off ${tag.tagKey}`}
                  onClick={() => onChange({ ...draft, tags: draft.tags.filter((other) => other !== tag) })}
                >
                  Take off
                </Button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <TextField
        label="Search for tags to add"
        value={text}
        onText={setText}
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        onKeyDown={(event) => {
          // Enter in the search must not send the form.
          if (event.key === 'Enter') event.preventDefault();
        }}
      />
      {found.error !== null && search !== '' && <p role="alert">{describeFailure(found.error).detail}</p>}
      {search !== '' && found.data !== undefined && addable.length === 0 && (
        <p className="text-sm text-dim">No other tag with a list of entries is named so.</p>
      )}
      <ul aria-label="Found tags" className="flex flex-col gap-1">
        {addable.map((tag) => (
          <li key={`${tag.layout} ${tag.tagKey}`} className="flex min-w-0 items-center gap-2">
            <code className="min-w-0 break-all">{tag.tagKey}</code>
            <span className="text-sm text-dim">{tag.layoutName}</span>
            {tag.memberCount !== null && (
              <span className="text-sm text-dim">{formatCount(tag.memberCount)}</span>
            )}
            <span className="ml-auto">
              <Button
                aria-label={`Add ${tag.tagKey}`}
                onClick={() => onChange({ ...draft, tags: [...draft.tags, tag] })}
              >
                Add
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
