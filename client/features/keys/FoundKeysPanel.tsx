import { describeFailure } from '#client/lib/errorText.ts';
import { formatRowOrder } from '#client/lib/rowOrder.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { startGlob } from '#shared/keys/keyGlob.ts';
import type { KeySearch } from '#shared/keys/keySearch.ts';
import { KeysTable } from './KeysTable.tsx';
import {
  type Found,
  gatherFound,
  keyOrder,
  kindNames,
  nothingFound,
  restNote,
  searchProgress,
  walkedShare,
  whyUnknown,
} from './prepareKeys.ts';
import type { useKeySearch } from './useKeySearch.ts';

interface FoundKeysPanelProps {
  search: KeySearch;
  walk: ReturnType<typeof useKeySearch>;
  onSearch: (search: KeySearch) => void;
}

/** What a search has found so far, how far it is, and the way on. */
export function FoundKeysPanel({ search, walk, onSearch }: FoundKeysPanelProps) {
  const { search: address, setSearch } = usePageSearch();
  const { found } = walk;
  return (
    <QueryStates
      query={found}
      label="keys"
      heightPx={320}
      readAtMs={({ pages }) => pages.at(-1)?.readAtMs ?? null}
    >
      {({ pages }) => {
        const gathered = gatherFound(pages);
        return (
          <>
            <Notes found={gathered} search={search} />
            <KeysTable
              keys={gathered.keys}
              why={gathered.last?.whyUnknown ?? { type: null, ttl: null, bytes: null }}
              searchId={`${search.kind} ${search.text}`}
              order={keyOrder(address.sort)}
              onOrder={(order) => setSearch({ sort: formatRowOrder(order) })}
              empty={
                <Nothing search={search} found={gathered} isWalking={walk.isWalking} onSearch={onSearch} />
              }
            />
            <Footer found={gathered} walk={walk} />
          </>
        );
      }}
    </QueryStates>
  );
}

function Notes({ found, search }: { found: Found; search: KeySearch }) {
  const glob = found.last?.walk?.glob;
  const notes = whyUnknown(found);
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-2 border-b border-line px-3 py-1 text-sm text-dim">
        <span>Read as {kindNames[search.kind]}</span>
        <code className="min-w-0 break-all">{search.text}</code>
        {glob !== undefined && glob !== search.text && (
          <span>
            sent as the glob <code className="break-all">{glob}</code>
          </span>
        )}
      </p>
      {notes.map((note) => (
        <p key={note} className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-sm">
          <SeveritySign severity="note" size={12} /> {note}
        </p>
      ))}
    </>
  );
}

interface NothingProps {
  search: KeySearch;
  found: Found;
  isWalking: boolean;
  onSearch: (search: KeySearch) => void;
}

function Nothing({ search, found, isWalking, onSearch }: NothingProps) {
  const isExact = search.kind === 'exact';
  return (
    <EmptyState
      title={isExact ? 'No key has this name' : isWalking ? 'No key found so far' : 'No key found'}
      isUnknown={isExact && found.deniedCount > 0}
      action={
        isExact && (
          <Button onClick={() => onSearch({ kind: 'glob', text: startGlob(search.text) })}>
            Search for keys that begin so
          </Button>
        )
      }
    >
      {nothingFound(search, found)}
    </EmptyState>
  );
}

function Footer({ found, walk }: { found: Found; walk: ReturnType<typeof useKeySearch> }) {
  const note = restNote(found, walk.isPausing);
  const share = walkedShare(found);
  const failure = walk.found.error === null ? null : describeFailure(walk.found.error);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line px-3 py-1.5 text-sm text-dim">
      {/* Busy = read out when the search has ended, not at each step. */}
      <span role="status" aria-busy={walk.isWalking}>
        {searchProgress(found).join(' · ')}
      </span>
      {found.last !== undefined && <Age atMs={found.last.readAtMs} />}
      {note !== null && (
        <span className="flex flex-wrap items-center gap-2 md:ml-auto">
          {share !== null && (
            <progress value={share} aria-label="Keys looked at" className="h-1.5 w-28 accent-blue" />
          )}
          <span className="max-md:basis-full">{note}</span>
          {walk.isWalking ? (
            <Button onClick={walk.stop}>Stop</Button>
          ) : (
            <Button disabled={walk.found.isFetching} onClick={walk.goOn}>
              {failure === null ? 'Search on' : 'Try again'}
            </Button>
          )}
        </span>
      )}
    </div>
  );
}
