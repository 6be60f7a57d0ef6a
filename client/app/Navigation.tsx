import { Link, useLocation } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { type PageRoute, routes } from './routes.tsx';

const groups = ['Cache', 'Redis', 'Record'] as const;

/** At the left; on a phone, a bar at the bottom. */
export function Navigation() {
  const bar = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a phone the bar holds more pages than fit: the present one must be seen.
  useLayoutEffect(() => {
    const present = pathname === '' ? null : bar.current?.querySelector('[aria-current="page"]');
    present?.scrollIntoView?.({ inline: 'center', block: 'nearest' });
  }, [pathname]);
  return (
    <nav
      ref={bar}
      aria-label="Pages"
      className="flex flex-col gap-px border-r border-line bg-panel p-2 pt-3 max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:z-40 max-md:flex-row max-md:overflow-x-auto max-md:border-t max-md:border-r-0 max-md:p-1 max-md:pb-[max(4px,env(safe-area-inset-bottom))]"
    >
      <div className="flex items-center gap-2 px-2 pb-3 text-[14px] font-bold tracking-tight max-md:hidden">
        <Logo />
        Cachescope
      </div>
      {groups.map((group) => (
        <Group key={group} group={group} />
      ))}
    </nav>
  );
}

function Group({ group }: { group: (typeof groups)[number] }) {
  const pages = routes.filter(({ place }) => place?.group === group);
  if (pages.length === 0) return null;
  return (
    <div className="max-md:contents">
      {group !== 'Cache' && <div className="mt-3 px-2 py-1 text-xs text-faint max-md:hidden">{group}</div>}
      {pages.map((page) => (
        <PageLink key={page.path} page={page} />
      ))}
    </div>
  );
}

function PageLink({ page }: { page: PageRoute }) {
  const { search } = usePageSearch();
  const Icon = page.place?.icon;
  return (
    <Link
      to={page.path}
      search={spanSearch(search)}
      activeOptions={{ exact: true, includeSearch: false }}
      className="flex items-center gap-2 rounded-md px-2 py-1.5 text-dim hover:bg-soft max-md:min-w-14 max-md:flex-1 max-md:flex-col max-md:gap-0.5 max-md:px-0 max-md:text-[10.5px]"
      activeProps={{ className: 'bg-soft font-medium !text-text' }}
    >
      {Icon !== undefined && <Icon size={15} aria-hidden strokeWidth={1.75} />}
      {page.title}
    </Link>
  );
}

function Logo() {
  return (
    <svg viewBox="0 0 20 20" width={20} height={20} aria-hidden="true">
      <circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <path d="M10 10V1.5a8.5 8.5 0 0 1 7.8 11.8z" fill="currentColor" />
    </svg>
  );
}
