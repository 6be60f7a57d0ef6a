import { Link } from '@tanstack/react-router';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import type { ResilienceAnswer } from './resilienceModel.ts';

/** No instance was read: why, and what would change it. */
export function NoServices({ answer: { announcements, isAnySourceRead } }: { answer: ResilienceAnswer }) {
  const { search } = usePageSearch();
  const why =
    announcements.state === 'failing'
      ? `Announcements in Redis cannot be read: ${announcements.detail}`
      : announcements.state === 'pending'
        ? 'The announcements in Redis are being read.'
        : 'No instance of cachescope/cache announces itself in this Redis.';
  return (
    <EmptyState title="No service is known" isUnknown={announcements.state !== 'working'}>
      <p>{why}</p>
      <p>
        {isAnySourceRead
          ? 'The metrics that are read tell of no breaker.'
          : 'No metrics of services are read either.'}{' '}
        Breakers of cachescope/cache, resilience4j, opossum, mollitia and cockatiel appear here by themselves
        once their service is one of the{' '}
        <Link to="/sources" search={spanSearch(search)} className="text-blue underline">
          sources
        </Link>
        , or announces itself.
      </p>
    </EmptyState>
  );
}
