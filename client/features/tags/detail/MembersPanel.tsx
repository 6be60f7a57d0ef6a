import { useMemo } from 'react';
import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { Panel } from '#client/ui/Panel.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagDetail, TagMember } from '#shared/tags/tagDetail.ts';

/** Some members, those that are gone first: whether they exist, and how long they will. */
export function MembersPanel({ detail: { members, sampledCount } }: { detail: TagDetail }) {
  const isPhone = useIsPhone();
  const columns = useMemo(() => memberColumns(isPhone), [isPhone]);
  const note = `${formatCount(members.length)} of the ${formatCount(sampledCount)} that were looked at, those that are gone first`;
  return (
    <Panel title="Members" note={note} className="flex flex-col">
      <VirtualTable
        label="Members"
        columns={columns}
        rows={members}
        rowId={({ key }) => key}
        maxHeightPx={420}
      />
    </Panel>
  );
}

function memberColumns(isPhone: boolean): readonly TableColumn<TagMember>[] {
  return [
    {
      id: 'key',
      header: 'Key',
      widthPx: isPhone ? 150 : 320,
      isGrowing: true,
      cell: ({ key }) => <MiddleText text={key} />,
    },
    {
      id: 'state',
      header: 'Entry',
      help: 'Whether there is such a key in Redis.',
      widthPx: 64,
      cell: ({ isThere }) => (isThere ? 'exists' : <span className="text-amber">gone</span>),
    },
    {
      id: 'ttl',
      header: 'TTL left',
      widthPx: 92,
      align: 'end',
      cell: (member) => <Ttl member={member} />,
    },
    {
      id: 'bytes',
      header: 'Size',
      help: 'Name, value and overhead in memory (MEMORY USAGE).',
      widthPx: 80,
      align: 'end',
      cell: ({ bytes }) => (bytes === null ? <Gone /> : formatBytes(bytes)),
    },
  ];
}

function Ttl({ member: { isThere, ttlMs } }: { member: TagMember }) {
  if (!isThere) return <Gone />;
  if (ttlMs === undefined) return <UnknownDash reason="The TTL of this member was not read." />;
  return ttlMs === null ? <span className="text-dim">none</span> : formatDuration(ttlMs);
}

function Gone() {
  return <UnknownDash reason="There is no such key." />;
}
