import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { describeFailure, type Failure } from '#client/lib/errorText.ts';
import { formatAge, formatClock } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';
import type { Unknown } from '#shared/reading.ts';
import { Button } from './Button.tsx';
import { EmptyState } from './EmptyState.tsx';
import { SeveritySign } from './SeveritySign.tsx';
import { unknownTexts } from './values/unknownTexts.ts';

/** What this needs of a query; the result of `useQuery` fits. */
export interface QueryLike<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPlaceholderData: boolean;
  readonly isFetching: boolean;
  readonly refetch: () => unknown;
}

interface QueryStatesProps<T> {
  query: QueryLike<T>;
  /** What is loading, for those who cannot see the skeleton: `patterns`. */
  label: string;
  /** Height of the skeleton: that of the content, so that nothing jumps. */
  heightPx: number;
  /** When the data was read from its source, server's clock; without it, staleness cannot be told. */
  readAtMs?: (data: T) => number | null;
  /** From this age on the data is called stale: three intervals of its source. */
  staleAfterMs?: number;
  /** Instead of the content when there is nothing to show. */
  empty?: (data: T) => ReactNode | null;
  children: (data: T) => ReactNode;
}

/** The states of everything that is asked of the server: loading, failed, empty, stale (old data kept, age shown), there. */
export function QueryStates<T>(props: QueryStatesProps<T>) {
  const { query, label, heightPx } = props;
  if (query.data === undefined) {
    if (query.error !== null) return <Failed failure={describeFailure(query.error)} query={query} />;
    return (
      <div aria-busy="true" className="p-3" style={{ height: heightPx }}>
        <div className="skeleton h-full" />
        <span className="sr-only">Loading {label}</span>
      </div>
    );
  }
  const failure = query.error === null ? null : describeFailure(query.error);
  return (
    <>
      <StaleNote
        failure={failure}
        readAtMs={props.readAtMs?.(query.data) ?? null}
        staleAfterMs={props.staleAfterMs ?? Number.POSITIVE_INFINITY}
      />
      <div
        className={clsx('contents', query.isPlaceholderData && '[&>*]:opacity-50')}
        aria-busy={query.isPlaceholderData}
      >
        {props.empty?.(query.data) ?? props.children(query.data)}
      </div>
    </>
  );
}

function Failed({ failure, query }: { failure: Failure; query: QueryLike<unknown> }) {
  return (
    <div role="alert">
      <EmptyState
        title={
          <span className="inline-flex items-center gap-2">
            <SeveritySign severity="warning" /> {failure.title}
          </span>
        }
        action={
          <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
            Try again
          </Button>
        }
      >
        {failure.detail}
      </EmptyState>
    </div>
  );
}

interface StaleNoteProps {
  failure: Failure | null;
  readAtMs: number | null;
  staleAfterMs: number;
}

/** The words stand in a status; the ticking age beside them does not, or it would be read out every second. */
function StaleNote({ failure, readAtMs, staleAfterMs }: StaleNoteProps) {
  const nowMs = useNow();
  const isOld = readAtMs !== null && nowMs - readAtMs > staleAfterMs;
  if (failure === null && !isOld) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 border-b border-line px-3 py-1 text-sm text-amber">
      <SeveritySign severity="warning" size={12} />
      <span role="status">
        {failure === null
          ? 'This data is old. The server retries by itself.'
          : `${failure.title}. ${failure.detail}`}
      </span>
      {readAtMs !== null && (
        <span>
          Read {formatClock(readAtMs)}, {formatAge(nowMs - readAtMs)} ago.
        </span>
      )}
    </p>
  );
}

/** Instead of a panel's content when its reading is not known: why, and what would make it known. */
export function UnknownState({ reading }: { reading: Unknown }) {
  return (
    <EmptyState isUnknown title={unknownTexts[reading.reason]}>
      {reading.detail}
    </EmptyState>
  );
}
