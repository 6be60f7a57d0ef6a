import { Link } from '@tanstack/react-router';
import { formatBytes } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { parsePageSearch, spanSearch } from '#client/lib/urlState.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { FoundKey, WhyUnknown } from '#shared/keys/foundKeys.ts';
import type { KeySort } from './prepareKeys.ts';

type KeyColumn = TableColumn<FoundKey> & { readonly id: KeySort };

const NOT_TOLD = 'Redis did not tell it.';

/** On a phone the pattern stands last: keys, TTL and size fit beside each other. */
export function keyColumns(isPhone: boolean, why: WhyUnknown): readonly TableColumn<FoundKey>[] {
  const [key, pattern, ...facts] = allColumns(isPhone, why);
  if (key === undefined || pattern === undefined) return [];
  return isPhone ? [key, ...facts, pattern] : [key, pattern, ...facts];
}

function allColumns(isPhone: boolean, why: WhyUnknown): readonly KeyColumn[] {
  return [
    {
      id: 'key',
      header: 'Key',
      widthPx: isPhone ? 190 : 320,
      isGrowing: true,
      firstDirection: 'ascending',
      cell: (found) => <KeyName found={found} />,
    },
    {
      id: 'pattern',
      header: 'Pattern',
      widthPx: isPhone ? 150 : 220,
      firstDirection: 'ascending',
      cell: ({ pattern }) => <PatternLink pattern={pattern} />,
    },
    {
      id: 'type',
      header: 'Type',
      help: 'As TYPE says.',
      widthPx: 76,
      firstDirection: 'ascending',
      cell: ({ type }) => type ?? <UnknownDash reason={why.type ?? NOT_TOLD} />,
    },
    {
      id: 'ttl',
      header: 'TTL left',
      help: 'When the key was found.',
      widthPx: isPhone ? 96 : 110,
      align: 'end',
      firstDirection: 'ascending',
      cell: ({ ttl }) => <Ttl ttl={ttl} why={why.ttl} />,
    },
    {
      id: 'bytes',
      header: 'Size',
      help: 'Name, value and overhead in memory (MEMORY USAGE).',
      widthPx: isPhone ? 76 : 96,
      align: 'end',
      firstDirection: 'descending',
      cell: ({ bytes }) =>
        bytes === null ? <UnknownDash reason={why.bytes ?? NOT_TOLD} /> : formatBytes(bytes),
    },
  ];
}

function KeyName({ found: { id, text, isCut, nameBytes } }: { found: FoundKey }) {
  return (
    <Link
      to="/key"
      search={(raw: Record<string, unknown>) => ({ ...spanSearch(parsePageSearch(raw)), key: id })}
      tabIndex={-1}
      className="flex min-w-0 items-baseline gap-1 hover:underline"
    >
      <MiddleText text={text} />
      {isCut && <span className="shrink-0 text-sm text-dim">… {formatBytes(nameBytes)}</span>}
    </Link>
  );
}

function PatternLink({ pattern }: { pattern: string }) {
  return (
    <Link
      to="/pattern"
      search={(raw: Record<string, unknown>) => ({ ...spanSearch(parsePageSearch(raw)), pattern })}
      tabIndex={-1}
      className="flex min-w-0 text-dim hover:underline"
    >
      <MiddleText text={pattern} />
    </Link>
  );
}

function Ttl({ ttl, why }: { ttl: FoundKey['ttl']; why: string | null }) {
  if (ttl === null) return <UnknownDash reason={why ?? NOT_TOLD} />;
  return ttl.leftMs === null ? <span className="text-dim">none</span> : formatDuration(ttl.leftMs);
}
