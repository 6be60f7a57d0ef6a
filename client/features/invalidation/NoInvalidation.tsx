import { Link } from '@tanstack/react-router';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import type { InvalidationAnswer } from './invalidationModel.ts';

/** No instance tells of invalidations: why, and what would change it. */
export function NoInvalidation({
  answer: { announcements, connection, isAnySourceRead },
}: {
  answer: InvalidationAnswer;
}) {
  const { search } = usePageSearch();
  const isUnknown = announcements.state !== 'working' || connection.state === 'unreachable';
  const why =
    announcements.state === 'failing'
      ? `Announcements in Redis cannot be read: ${announcements.detail}`
      : 'No instance of cachescope/cache announces itself in this Redis.';
  return (
    <EmptyState title="No service tells of its invalidations" isUnknown={isUnknown}>
      <p>{why}</p>
      <p>
        {isAnySourceRead
          ? 'The metrics that are read are of other libraries, which do not count them.'
          : 'No metrics of services are read either.'}{' '}
        Services with cachescope/cache appear here by themselves once they{' '}
        <code className="text-sm">announce</code> themselves, or their metrics are one of the{' '}
        <Link to="/sources" search={spanSearch(search)} className="text-blue underline">
          sources
        </Link>
        . Tags and their indexes are on{' '}
        <Link to="/tags" search={spanSearch(search)} className="text-blue underline">
          Tags
        </Link>{' '}
        whatever stored them.
      </p>
    </EmptyState>
  );
}
