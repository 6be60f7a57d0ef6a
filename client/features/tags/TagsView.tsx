import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useGuardedJob, useGuardedMark } from '#client/lib/jobs/useGuardedJob.ts';
import { formatRowOrder } from '#client/lib/rowOrder.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { PurgeJobs } from '#client/ui/purge/PurgeJobs.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { healthFilter } from './healthFilter.ts';
import { MarkDialogs } from './mark/MarkDialogs.tsx';
import { tagOrder } from './prepareTags.ts';
import { TagsTable } from './TagsTable.tsx';
import { TagsToolbar } from './TagsToolbar.tsx';
import { useTags } from './useTags.ts';

/** Tags of the services' tag indexes, and the purge of one. */
export function TagsView() {
  const { search, setSearch } = usePageSearch();
  const navigate = useNavigate();
  const asked = search.q ?? '';
  const tags = useTags(asked);
  const guarded = useGuardedJob();
  const guardedMark = useGuardedMark();
  const [marked, setMarked] = useState<TagSummary | null>(null);
  const refusal = usePurgeRefusal();
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <PurgeJobs guarded={guarded} />
      <Panel className="flex min-h-96 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none">
        <TagsToolbar tags={tags} />
        {refusal !== null && <RefusalNote refusal={refusal} />}
        <QueryStates query={tags} label="tags" heightPx={320} readAtMs={({ readAtMs }) => readAtMs}>
          {(list) => (
            <TagsTable
              list={list}
              search={asked}
              health={healthFilter(search.health)}
              order={tagOrder(search.sort)}
              onOrder={(order) => setSearch({ sort: formatRowOrder(order) })}
              onOpen={({ layout, tagKey }) =>
                void navigate({ to: '/tag', search: { ...spanSearch(search), layout, tagKey } })
              }
              onPurge={({ layout, tagKey }) =>
                guarded.planPurge({ selection: { by: 'tag', layout, tagKey } })
              }
              onMark={(tag) => {
                setMarked(tag);
                if (refusal === null) guardedMark.planMark({ layout: tag.layout, tagKey: tag.tagKey });
              }}
              refusal={refusal}
            />
          )}
        </QueryStates>
      </Panel>
      <PurgeDialogs guarded={guarded} />
      {marked !== null && (
        <MarkDialogs
          tag={marked}
          guarded={guardedMark}
          refusal={refusal}
          onClose={() => {
            guardedMark.dismiss();
            setMarked(null);
          }}
        />
      )}
    </div>
  );
}

function RefusalNote({ refusal }: { refusal: string }) {
  return (
    <p className="flex items-center gap-2 border-b border-line px-3 py-1.5 text-sm text-dim">
      <SeveritySign severity="note" size={12} /> {refusal}
    </p>
  );
}
