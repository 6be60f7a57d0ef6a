import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { useState } from 'react';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { WrongItem } from './wrongItem.ts';

interface WrongStripProps {
  items: readonly WrongItem[];
  measured: string;
}

/** More than five lines are not read at 3 am. */
const SHOWN = 5;

/** The top of the page: what is wrong and what it costs; or that nothing measured is unusual. What is not shown is counted. */
export function WrongStrip({ items, measured }: WrongStripProps) {
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.slice(0, SHOWN);
  const hidden = items.slice(SHOWN);
  return (
    <Panel>
      <h2 className="sr-only">What is wrong</h2>
      {items.length === 0 ? (
        <p className="px-3 py-2.5">
          <span className="font-medium">Nothing unusual in what is measured.</span>{' '}
          <span className="text-dim">{measured}</span>
        </p>
      ) : (
        <ol className="divide-y divide-line">
          {shown.map((item, place) => (
            <WrongLine key={item.id} item={item} isFirst={place === 0} />
          ))}
        </ol>
      )}
      {hidden.length > 0 && (
        <div className="flex items-center gap-2 border-t border-line px-3 py-1 text-[12px] text-dim">
          <Button aria-expanded={isAll} onClick={() => setAll(!isAll)}>
            {isAll ? 'Show fewer' : `${hidden.length} more`}
          </Button>
          {!isAll && <span className="truncate">{hidden.map(({ title }) => title).join(' · ')}</span>}
        </div>
      )}
    </Panel>
  );
}

function WrongLine({ item, isFirst }: { item: WrongItem; isFirst: boolean }) {
  return (
    <li
      className={clsx(
        'grid grid-cols-[16px_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1 px-3 py-2 md:grid-cols-[16px_minmax(0,1fr)_110px_136px]',
        isFirst && item.severity === 'critical' && 'rounded-t-lg bg-verm-bg',
      )}
    >
      <SeveritySign severity={item.severity} />
      <div className="min-w-0">
        <h3 className="text-[13.5px]">
          {item.title}{' '}
          {item.subject !== null && <code className="text-[12.5px] break-all">{item.subject}</code>}
        </h3>
        <p className="text-[12px] text-dim">{item.detail}</p>
      </div>
      <div className="text-right">
        {item.impact !== null && (
          <>
            <strong
              className={clsx(
                'block text-lg leading-tight font-bold',
                item.severity === 'critical' && 'text-verm',
              )}
            >
              {item.impact.value}
            </strong>
            <span className="text-xs text-dim">{item.impact.unit}</span>
          </>
        )}
      </div>
      <NextLink next={item.next} isFirst={isFirst && item.severity === 'critical'} />
    </li>
  );
}

function NextLink({ next, isFirst }: { next: WrongItem['next']; isFirst: boolean }) {
  const { search } = usePageSearch();
  if (next === null) return null;
  const pattern = next.pattern === undefined ? {} : { pattern: next.pattern };
  return (
    <Link
      to={next.to}
      search={{ ...spanSearch(search), ...next.search, ...pattern }}
      className={clsx(
        'rounded-md border bg-raised px-2.5 py-1 text-center md:whitespace-nowrap max-md:col-start-2 max-md:justify-self-start',
        isFirst ? 'border-verm text-verm' : 'border-line hover:border-edge',
      )}
    >
      {next.label}
    </Link>
  );
}
