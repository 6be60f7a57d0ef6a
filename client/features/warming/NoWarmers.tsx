import { Link } from '@tanstack/react-router';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import type { WarmingAnswer } from './warmingModel.ts';

const EXAMPLE = `createCache({
  redis,
  service: 'catalog',
  families: { product },
  warmers: {
    top: {
      list: ({ product }) => topIds().map((id) => product({ id })),
      perSecond: 50,
    },
  },
  announce: {}, // tells of the warmers here
  control: { secret }, // takes the word to run them
})`;

/** No warmer is known: why, and what a service would have to say. */
export function NoWarmers({ announcements }: Pick<WarmingAnswer, 'announcements'>) {
  const { search } = usePageSearch();
  const { state, detail } = announcements;
  const why =
    state === 'failing'
      ? `Announcements in Redis cannot be read: ${detail}`
      : state === 'pending'
        ? 'The announcements in Redis are being read.'
        : 'No instance of cachescope/cache announces a warmer in this Redis.';
  return (
    <EmptyState title="No warmer is known" isUnknown={state !== 'working'}>
      <p>{why}</p>
      <p className="pt-1">
        A service declares what to load, the most popular first, and lets itself be told when. It appears here
        within a minute; its own metrics stand among the{' '}
        <Link to="/sources" search={spanSearch(search)} className="text-blue underline">
          sources
        </Link>
        .
      </p>
      <pre className="mt-2 overflow-x-auto rounded-md border border-line bg-bg p-2 text-left text-text">
        <code>{EXAMPLE}</code>
      </pre>
    </EmptyState>
  );
}
