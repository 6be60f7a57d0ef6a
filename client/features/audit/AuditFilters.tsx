import { useId } from 'react';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { Button } from '#client/ui/Button.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Select } from '#client/ui/Select.tsx';
import { useDebouncedText } from '#client/ui/useDebouncedText.ts';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import {
  actionOptions,
  fieldTime,
  isNarrowed,
  nothingNarrowed,
  phaseOptions,
  timeOfField,
} from './auditSearch.ts';

/** What narrows the entries; all of it is in the address. */
export function AuditFilters({ actors }: { actors: readonly string[] }) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  // Another filter begins at the newest entry again.
  const narrow = (change: typeof search) => setSearch({ ...change, before: undefined });
  const { text, setText } = useDebouncedText(search.q ?? '', (q) => narrow({ q }));
  return (
    <section
      aria-label="What the entries are narrowed to"
      className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2"
    >
      <div className="flex min-w-56 flex-1 max-md:basis-full">
        <FilterField
          ref={field}
          label="Search subject, outcome, reason or name"
          value={text}
          onChange={setText}
        />
      </div>
      <ActorField actors={actors} actor={search.actor ?? ''} onActor={(actor) => narrow({ actor })} />
      <Select
        label="Act"
        value={search.action ?? ''}
        options={withCurrent(actionOptions, search.action)}
        onChange={(action) => narrow({ action })}
      />
      <Select
        label="Phase"
        value={search.phase ?? ''}
        options={withCurrent(phaseOptions, search.phase)}
        onChange={(phase) => narrow({ phase })}
      />
      <TimeField label="From" atMs={search.since} onTime={(since) => narrow({ since })} />
      <TimeField label="Until" atMs={search.until} onTime={(until) => narrow({ until })} />
      {search.plan !== undefined && (
        <PlanChip plan={search.plan} onRemove={() => narrow({ plan: undefined })} />
      )}
      {isNarrowed(search) && (
        <Button variant="quiet" onClick={() => setSearch(nothingNarrowed)}>
          Clear
        </Button>
      )}
    </section>
  );
}

/** A link may name what this page does not know; it is shown and kept. */
function withCurrent(options: typeof phaseOptions, value: string | undefined) {
  const isKnown = value === undefined || options.some((option) => option.value === value);
  return isKnown ? options : [...options, { value, text: value }];
}

interface ActorFieldProps {
  /** Offered while typing: those of the entries that are shown. */
  actors: readonly string[];
  actor: string;
  onActor: (actor: string) => void;
}

function ActorField({ actors, actor, onActor }: ActorFieldProps) {
  const listId = useId();
  const { text, setText } = useDebouncedText(actor, onActor);
  return (
    <label className="inline-flex min-h-7 items-center gap-1 rounded-md border border-line bg-bg px-2.5 focus-within:outline-2 focus-within:outline-focus max-md:min-h-9 max-md:flex-1">
      <span className="sr-only">Actor</span>
      <input
        type="search"
        list={listId}
        value={text}
        placeholder="any actor"
        autoComplete="off"
        spellCheck={false}
        maxLength={256}
        onChange={(event) => setText(event.target.value)}
        className="w-28 min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
      />
      <datalist id={listId}>
        {actors.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

interface TimeFieldProps {
  label: string;
  atMs: number | undefined;
  onTime: (atMs: number | undefined) => void;
}

/** The browser's own field: it is in the viewer's zone and works with keys and on phones. */
function TimeField({ label, atMs, onTime }: TimeFieldProps) {
  return (
    <label className="inline-flex min-h-7 items-center gap-1.5 rounded-md border border-line bg-bg px-2.5 focus-within:outline-2 focus-within:outline-focus max-md:min-h-9 max-md:flex-1">
      <span className="text-dim">{label}</span>
      <input
        type="datetime-local"
        value={fieldTime(atMs)}
        onChange={(event) => onTime(timeOfField(event.target.value))}
        className="min-w-0 flex-1 bg-transparent outline-none"
      />
    </label>
  );
}

function PlanChip({ plan, onRemove }: { plan: string; onRemove: () => void }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-1 rounded-md border border-line bg-soft pl-2.5">
      <span className="text-dim">plan</span>
      <MiddleText text={plan} className="max-w-40" />
      <Button variant="quiet" aria-label="Entries of all plans" onClick={onRemove}>
        ×
      </Button>
    </span>
  );
}
