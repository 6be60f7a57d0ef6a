import { Link } from '@tanstack/react-router';
import { ForecastPanel } from '#client/charts/ttl/ForecastPanel.tsx';
import { describeFailure } from '#client/lib/errorText.ts';
import { type GuardedJob, useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { PurgeJobs } from '#client/ui/purge/PurgeJobs.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { ProbeBesidePanel } from '../probe/ProbeBesidePanel.tsx';
import { usePatternDetail } from '../usePatterns.ts';
import { KeysPanel } from './KeysPanel.tsx';
import { LookPanel } from './look/LookPanel.tsx';
import { PatternCharts } from './PatternCharts.tsx';
import { PatternFigures } from './PatternFigures.tsx';
import { PurgePattern } from './PurgePattern.tsx';
import type { PatternDetail } from './preparePatternDetail.ts';
import { scanCommand } from './scanCommand.ts';
import { SplitPanels } from './split/SplitPanels.tsx';

/** One pattern: its rates over time with before, and what the sample knows of its keys. */
export function PatternDetailView() {
  const { search } = usePageSearch();
  const pattern = search.pattern ?? '';
  const detail = usePatternDetail(pattern);
  const guarded = useGuardedJob();
  const isMissing = pattern === '' || describeFailure(detail.error).code === 'notFound';
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <Heading pattern={pattern} guarded={guarded} />
      <PurgeJobs guarded={guarded} />
      {isMissing ? (
        <Panel>
          <NotThere pattern={pattern} />
        </Panel>
      ) : (
        <QueryStates query={detail} label="the pattern" heightPx={600} readAtMs={(data) => data.span.toMs}>
          {(data) => <Body detail={data} />}
        </QueryStates>
      )}
      <PurgeDialogs guarded={guarded} />
    </div>
  );
}

function Heading({ pattern, guarded }: { pattern: string; guarded: GuardedJob }) {
  const { search } = usePageSearch();
  const address = useStatus().data?.redisAddress;
  const command = address === undefined || pattern === '' ? null : scanCommand(pattern, address);
  return (
    <header className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Link to="/patterns" search={spanSearch(search)} className="text-blue underline">
        ← Patterns
      </Link>
      {pattern !== '' && (
        <h2 className="flex min-w-0 items-center gap-1 text-lg">
          <code className="min-w-0 text-[14px]! break-all">{pattern}</code>
          <CopyButton label="Copy the pattern" text={pattern} />
        </h2>
      )}
      {pattern !== '' && <PurgePattern pattern={pattern} guarded={guarded} />}
      {command !== null && (
        <Link to="/keys" search={{ ...spanSearch(search), pattern }} className="text-sm text-blue underline">
          Find its keys
        </Link>
      )}
      {command !== null && (
        <span className="ml-auto flex min-w-0 items-center gap-1 text-sm text-dim max-md:ml-0">
          <code title={command} className="truncate">
            {command}
          </code>
          <CopyButton label="Copy the command that lists these keys" text={command} />
        </span>
      )}
    </header>
  );
}

function NotThere({ pattern }: { pattern: string }) {
  const { search } = usePageSearch();
  const back = (
    <Link to="/patterns" search={spanSearch(search)} className="text-blue underline">
      See all patterns
    </Link>
  );
  if (pattern === '') return <EmptyState title="The address names no pattern" action={back} />;
  return (
    <EmptyState title="This pattern is not known in this range" action={back}>
      No key of the last sample and no metric has it. It may have been renamed by a deploy, have expired, or
      lie outside of the time range.
    </EmptyState>
  );
}

function Body({ detail }: { detail: PatternDetail }) {
  const { sample } = detail;
  return (
    <>
      <PatternFigures detail={detail} />
      {detail.row.probe.state === 'known' && (
        <ProbeBesidePanel probe={detail.row.probe} beside={detail.row.probeBeside} />
      )}
      <div className="grid items-start gap-2.5 lg:grid-cols-[minmax(0,1fr)_380px]">
        <div className="flex min-w-0 flex-col gap-2.5">
          <PatternCharts detail={detail} />
          <SplitPanels split={detail.split} />
          {sample?.state === 'known' && <ForecastPanel title="Expiry forecast" forecasts={sample.value} />}
        </div>
        <div className="flex min-w-0 flex-col gap-2.5">
          <KeysPanel detail={detail} />
          {sample?.state === 'known' && <LookPanel pattern={detail.row.pattern} last={detail.look} />}
        </div>
      </div>
    </>
  );
}
