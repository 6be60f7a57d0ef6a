import { useMemo } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { filterByHealth, type HealthFilter } from './healthFilter.ts';
import { missingTagsNote, notLookedAtNote, orderTags, type TagSort, tagsFooter } from './prepareTags.ts';
import { tagColumns } from './tagColumns.tsx';

interface TagsTableProps {
  list: TagList;
  search: string;
  health: HealthFilter;
  order: RowOrder<TagSort>;
  onOrder: (order: RowOrder) => void;
  onOpen: (tag: TagSummary) => void;
  onPurge: (tag: TagSummary) => void;
  onMark: (tag: TagSummary) => void;
  /** Why nothing may be purged; null when it may. */
  refusal: string | null;
}

export function TagsTable(props: TagsTableProps) {
  const { list, search, health, order, onPurge, onMark, refusal } = props;
  const isPhone = useIsPhone();
  const { column, direction } = order;
  const rows = useMemo(
    () => orderTags(filterByHealth(list.tags, health), { column, direction }),
    [list.tags, health, column, direction],
  );
  const columns = useMemo(
    () => tagColumns({ onPurge, onMark, refusal, isPhone }),
    [onPurge, onMark, refusal, isPhone],
  );
  const missing = missingTagsNote(list);
  return (
    <>
      {missing !== null && (
        <p className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-sm">
          <SeveritySign severity={list.isComplete || list.isWalking ? 'note' : 'warning'} size={12} />
          {missing}
        </p>
      )}
      <VirtualTable
        label="Tags"
        columns={columns}
        rows={rows}
        rowId={tagId}
        order={order}
        onOrder={props.onOrder}
        onOpen={(tag) => tag.memberCount !== null && props.onOpen(tag)}
        filterKey={`${health} ${search}`}
        empty={
          list.tags.length > 0 ? (
            <NoFinding note={notLookedAtNote(list)} />
          ) : (
            <NoTags search={search} isWalking={list.isWalking} />
          )
        }
      />
      <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
        {[...tagsFooter(list), notLookedAtNote(list)].filter((part) => part !== null).join(' · ')} ·{' '}
        <Age atMs={list.isWalking ? list.readAtMs : (list.walkEndedAtMs ?? list.readAtMs)} />
      </p>
    </>
  );
}

function tagId(tag: TagSummary): string {
  return `${tag.layout} ${tag.tagKey}`;
}

function NoFinding({ note }: { note: string | null }) {
  return (
    <EmptyState title="No tag has such a finding">
      Choose another finding, or any. {note !== null && `${note}.`}
    </EmptyState>
  );
}

function NoTags({ search, isWalking }: { search: string; isWalking: boolean }) {
  const goesOn = isWalking && ' The walk over all keys goes on; what it finds appears here.';
  if (search !== '') {
    return (
      <EmptyState title={`No tag holds “${search}”`}>
        Clear the search to see all tags that were found.{goesOn}
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No tags were found">
      Cachescope knows how cachescope/cache, Laravel, Symfony, Magento, Drupal, bentocache and others keep
      tags in Redis. Services that tag nothing, or keep tags another way, show nothing here.{goesOn}
    </EmptyState>
  );
}
