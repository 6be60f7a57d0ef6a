import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Panel } from '#client/ui/Panel.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import type { Mark } from '#shared/series.ts';
import { useMarkWalk } from './useMarkWalk.ts';

/** Shown to either side of a change when it is opened. */
const AROUND_MS = 15 * 60_000;

/**
 * What changed in the span, newest first. Opening one narrows the span to the time around it. A long list scrolls by itself: beside the
 * charts it would make them as high as it is, and push all but the first below the fold.
 */
export function ChangesPanel({ changes }: { changes: readonly Mark[] }) {
  const list = useRef<HTMLOListElement>(null);
  const { search, setSearch } = usePageSearch();
  useMarkWalk(list);
  return (
    <Panel
      title="Changes"
      note="in this span"
      className="flex flex-col max-lg:flex-1 lg:min-h-40 lg:grow lg:basis-0"
    >
      <div className="px-3 pb-2.5 lg:min-h-0 lg:overflow-y-auto">
        {changes.length === 0 && (
          <p className="text-dim">No purge, restart or outage of Redis was seen in this span.</p>
        )}
        <ol ref={list} className="flex flex-col">
          {changes.map((mark) => (
            <li key={`${mark.atMs} ${mark.text}`} className="flex items-start gap-1">
              <button
                type="button"
                title="Show the half hour around it"
                className="grid min-w-0 flex-1 grid-cols-[44px_minmax(0,1fr)] gap-2 rounded py-1 text-left hover:bg-soft"
                onClick={() =>
                  setSearch(
                    { range: undefined, from: mark.atMs - AROUND_MS, to: mark.atMs + AROUND_MS },
                    'push',
                  )
                }
              >
                <span className="text-faint">
                  <Instant atMs={mark.atMs} to="minute" />
                </span>
                <span className="break-words">{mark.text}</span>
              </button>
              {mark.auditSequence !== undefined && (
                <Link
                  to="/audit"
                  search={{ ...spanSearch(search), entry: mark.auditSequence }}
                  aria-label={`Audit entry ${mark.auditSequence}`}
                  className="rounded px-1 py-1 text-sm text-blue hover:underline"
                >
                  no. {mark.auditSequence}
                </Link>
              )}
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
}
