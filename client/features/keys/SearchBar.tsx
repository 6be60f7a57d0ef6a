import { type FormEvent, useState } from 'react';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { Button } from '#client/ui/Button.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Select } from '#client/ui/Select.tsx';
import { guessSearchKind, type KeySearch, type KeySearchKind } from '#shared/keys/keySearch.ts';
import { kindNames } from './prepareKeys.ts';

interface SearchBarProps {
  text: string;
  onText: (text: string) => void;
  onSearch: (search: KeySearch) => void;
  isBusy: boolean;
}

/** Text that names keys, and how it does; searched for when it is sent, since each search costs Redis a walk. */
export function SearchBar({ text, onText, onSearch, isBusy }: SearchBarProps) {
  const field = useFilterShortcut();
  const [chosen, setChosen] = useState<KeySearchKind | 'auto'>('auto');
  const guessed = guessSearchKind(text);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (text !== '') onSearch({ kind: chosen === 'auto' ? guessed : chosen, text });
  };
  return (
    <form
      aria-label="Search"
      onSubmit={send}
      className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"
    >
      <FilterField
        ref={field}
        label="Search keys"
        placeholder="product:{id}, user:42:* or a whole key"
        value={text}
        onChange={onText}
      />
      <div className="flex items-center gap-2 max-md:flex-1">
        <Select
          label="Read the search as"
          prefix="as"
          value={chosen}
          options={[
            { value: 'auto', text: text === '' ? 'what it looks like' : `${kindNames[guessed]} (guessed)` },
            { value: 'pattern', text: kindNames.pattern },
            { value: 'glob', text: kindNames.glob },
            { value: 'exact', text: kindNames.exact },
          ]}
          onChange={setChosen}
        />
        <Button type="submit" disabled={text === '' || isBusy}>
          {isBusy ? 'Searching' : 'Search'}
        </Button>
      </div>
    </form>
  );
}
