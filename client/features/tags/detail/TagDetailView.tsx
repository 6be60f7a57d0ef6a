import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { describeFailure } from '#client/lib/errorText.ts';
import { useGuardedJob, useGuardedRepair } from '#client/lib/jobs/useGuardedJob.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { PurgeJobs } from '#client/ui/purge/PurgeJobs.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import { FindingsPanel } from './FindingsPanel.tsx';
import { MembersPanel } from './MembersPanel.tsx';
import { PatternsPanel } from './PatternsPanel.tsx';
import { RepairDialogs } from './RepairDialogs.tsx';
import { TagActs } from './TagActs.tsx';
import { TagFigures } from './TagFigures.tsx';
import { useTag } from './useTag.ts';

/** One tag: its members by a sample, what hangs on it, what is wrong with its index, and its purge. */
export function TagDetailView() {
  const { search } = usePageSearch();
  const address = { layout: search.layout ?? '', tagKey: search.tagKey ?? '' };
  const tag = useTag(address);
  const guarded = useGuardedJob();
  const repair = useGuardedRepair();
  const { code } = describeFailure(tag.error);
  const isMisnamed = address.layout === '' || address.tagKey === '' || code === 'badInput';
  const isMissing = isMisnamed || code === 'notFound';
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <Heading name={tag.data?.tag ?? address.tagKey}>
        {!isMissing && <TagActs address={address} guarded={guarded} repair={repair} />}
      </Heading>
      <PurgeJobs guarded={guarded} />
      {isMissing ? (
        <Panel>
          <NotThere isMisnamed={isMisnamed} />
        </Panel>
      ) : (
        <QueryStates query={tag} label="the tag" heightPx={600} readAtMs={({ readAtMs }) => readAtMs}>
          {(detail) => <Body detail={detail} isLooking={tag.isFetching} onLook={() => void tag.refetch()} />}
        </QueryStates>
      )}
      <PurgeDialogs guarded={guarded} />
      <RepairDialogs guarded={repair} />
    </div>
  );
}

function Heading({ name, children }: { name: string; children: ReactNode }) {
  const { search } = usePageSearch();
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Link to="/tags" search={spanSearch(search)} className="text-blue underline">
        ← Tags
      </Link>
      {name !== '' && (
        <>
          <h2 className="flex min-w-0 items-center gap-1 text-lg">
            <code className="min-w-0 text-[14px]! break-all">{name}</code>
            <CopyButton label="Copy the tag" text={name} />
          </h2>
          {children}
        </>
      )}
    </header>
  );
}

function NotThere({ isMisnamed }: { isMisnamed: boolean }) {
  const { search } = usePageSearch();
  const back = (
    <Link to="/tags" search={spanSearch(search)} className="text-blue underline">
      See all tags
    </Link>
  );
  if (isMisnamed) return <EmptyState title="The address names no tag" action={back} />;
  return (
    <EmptyState title="There is no such tag now" action={back}>
      Nothing is stored under it, or its index has expired or was purged. A tag comes back with the first
      entry that carries it.
    </EmptyState>
  );
}

interface BodyProps {
  detail: TagDetail;
  isLooking: boolean;
  onLook: () => void;
}

function Body({ detail, isLooking, onLook }: BodyProps) {
  return (
    <>
      <TagFigures detail={detail} />
      <div className="grid items-start gap-2.5 lg:grid-cols-[minmax(0,1fr)_400px]">
        <div className="flex min-w-0 flex-col gap-2.5">
          <FindingsPanel detail={detail} />
          <PatternsPanel detail={detail} />
          <MembersPanel detail={detail} />
        </div>
        <Panel
          title="Index"
          note={<Age atMs={detail.readAtMs} />}
          actions={
            <Button onClick={onLook} disabled={isLooking}>
              {isLooking ? 'Looking …' : 'Look again'}
            </Button>
          }
        >
          <dl className="flex flex-col gap-2.5 px-3 pb-3">
            <Fact label="Layout" text={detail.layoutName} />
            <Fact label="Key in Redis" text={detail.tagKey} />
            <Fact label="What a purge does" text={detail.purge} />
            <Fact label="What services serve after it" text={detail.reach} />
          </dl>
        </Panel>
      </div>
    </>
  );
}

function Fact({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <dt className="text-sm text-dim">{label}</dt>
      <dd className="break-words">{text}</dd>
    </div>
  );
}
