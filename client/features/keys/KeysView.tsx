import { useState } from 'react';
import { usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import type { KeySearch } from '#shared/keys/keySearch.ts';
import { FoundKeysPanel } from './FoundKeysPanel.tsx';
import { heldSearch, holdSearch } from './keySearchStore.ts';
import { SearchBar } from './SearchBar.tsx';
import { useKeySearch } from './useKeySearch.ts';

/** Finds keys by their names. Patterns stand in the address; what else is searched for stays in the tab. */
export function KeysView() {
  const { search: address, setSearch: setAddress } = usePageSearch();
  const [held, setHeld] = useState(() => heldSearch(sessionStorage));
  const search: KeySearch | null =
    address.pattern === undefined ? held : { kind: 'pattern', text: address.pattern };
  const [text, setText] = useState(search?.text ?? '');
  const walk = useKeySearch(search);
  const searchFor = (next: KeySearch) => {
    holdSearch(sessionStorage, next);
    setHeld(next);
    setText(next.text);
    setAddress({ pattern: next.kind === 'pattern' ? next.text : undefined });
    if (search?.kind === next.kind && search.text === next.text) walk.restart();
  };
  return (
    <Panel className="flex min-h-96 flex-1 flex-col max-md:h-[80dvh] max-md:flex-none">
      <SearchBar
        text={text}
        onText={setText}
        onSearch={searchFor}
        isBusy={walk.found.isFetching && !walk.isWalking}
      />
      {search === null ? <NoSearch /> : <FoundKeysPanel search={search} walk={walk} onSearch={searchFor} />}
    </Panel>
  );
}

function NoSearch() {
  return (
    <EmptyState title="Which keys?">
      <ul className="flex flex-col gap-1 text-left">
        <li>
          <code>product:{'{id}'}</code> finds the keys that the page of patterns calls so.
        </li>
        <li>
          <code>user:42:*</code> finds what Redis&apos;s globs match: <code>*</code> any text, <code>?</code>{' '}
          one byte, <code>[a-z]</code> one of these; a backslash takes the meaning away.
        </li>
        <li>
          A whole key is looked up and costs no search. Bytes that are no text are written <code>\xNN</code>.
        </li>
      </ul>
    </EmptyState>
  );
}
