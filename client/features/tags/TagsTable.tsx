import { useMemo } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { missingTagsNote, orderTags, type TagSort, tagsFooter } from './prepareTags.ts';
import { tagColumns } from './tagColumns.tsx';

interface TagsTableProps {
  list: TagList;
  search: string;
  order: RowOrder<TagSort>;
  onOrder: (order: RowOrder) => void;
  onPurge: (tag: TagSummary) => void;
  /** Why nothing may be purged; null when it may. */
  refusal: string | null;
}

export function TagsTable({ list, search, order, onOrder, onPurge, refusal }: TagsTableProps) {
  const isPhone = useIsPhone();
  const { column, direction } = order;
  const rows = useMemo(() => orderTags(list.tags, { column, direction }), [list.tags, column, direction]);
  const columns = useMemo(() => tagColumns({ onPurge, refusal, isPhone }), [onPurge, refusal, isPhone]);
  const missing = missingTagsNote(list);
  return (
    <>
      {missing !== null && (
        <p className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-sm">
          <SeveritySign severity={list.isComplete ? 'note' : 'warning'} size={12} />
          {missing}
        </p>
      )}
      <VirtualTable
        label="Tags"
        columns={columns}
        rows={rows}
        rowId={tagId}
        order={order}
        onOrder={onOrder}
        filterKey={search}
        empty={<NoTags search={search} />}
      />
      <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
        {tagsFooter(list).join(' · ')} · <Age atMs={list.readAtMs} />
      </p>
    </>
  );
}

function tagId(tag: TagSummary): string {
  return `${tag.layout} ${tag.tagKey}`;
}

function NoTags({ search }: { search: string }) {
  if (search !== '') {
    return (
      <EmptyState title={`No tag holds “${search}”`}>
        Clear the search to see all tags that the scan finds.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No tags were found">
      Cachescope knows the tag index of the library cachescope/cache: sets named <code>tag:NAME</code>, with
      the prefix of the service before it. Services that tag nothing, or keep tags another way, show nothing
      here.
    </EmptyState>
  );
}
