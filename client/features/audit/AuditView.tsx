import { useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { ApprovalsPanel } from '#client/ui/approvals/ApprovalsPanel.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { JobList } from '#client/ui/jobs/JobList.tsx';
import type { CacheJob } from '#client/ui/jobs/prepareJob.ts';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { Job } from '#shared/acting/job.ts';
import { AuditEntryDialog } from './AuditEntryDialog.tsx';
import { AuditFilters } from './AuditFilters.tsx';
import { AuditTable } from './AuditTable.tsx';
import { auditFilterOf, isNarrowed, nothingNarrowed } from './auditSearch.ts';
import { ChainStatus } from './ChainStatus.tsx';
import { actorsOf } from './prepareAudit.ts';
import { useAudit, useAuditStatus } from './useAudit.ts';

/** What was done to Redis from here: jobs of this server, and the log of every act. */
export function AuditView() {
  const { search, setSearch } = usePageSearch();
  const open = (entry: number | undefined) => setSearch({ entry }, 'push');
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <ApprovalsPanel />
      <JobsPanel />
      <Panel
        title="Audit log"
        note="kept by this server; each line carries the hash of the one before it"
        className="flex min-h-96 flex-1 flex-col max-md:h-[96dvh] max-md:flex-none"
      >
        <LogPanel onOpen={open} />
      </Panel>
      {search.entry !== undefined && (
        <AuditEntryDialog
          sequence={search.entry}
          onOpen={open}
          onPlan={(plan) => setSearch({ ...nothingNarrowed, plan, entry: undefined }, 'push')}
          onShow={(entry) => setSearch({ ...nothingNarrowed, before: entry + 1, entry: undefined }, 'push')}
          onClose={() => open(undefined)}
        />
      )}
    </div>
  );
}

function JobsPanel() {
  const jobs = useJobs();
  const { jobActs, actFailure } = useGuardedJob();
  return (
    <Panel title="Jobs" note="since this server started, newest first" className="shrink-0">
      <QueryStates
        query={jobs}
        label="jobs"
        heightPx={60}
        empty={(list) =>
          list.some(isOfCache) ? null : (
            <p className="px-3 pb-2.5 text-dim">
              No job was started since. Purges start on the pages of tags, of a pattern, and Purge.
            </p>
          )
        }
      >
        {(list) => <JobList jobs={list.filter(isOfCache)} acts={jobActs} failure={actFailure} />}
      </QueryStates>
    </Panel>
  );
}

function LogPanel({ onOpen }: { onOpen: (sequence: number) => void }) {
  const { search, setSearch } = usePageSearch();
  const { status, checkFailure, check } = useAuditStatus();
  const audit = useAudit(search, status.data?.head?.sequence ?? null);
  return (
    <>
      {status.data !== undefined && (
        <>
          {status.data.trouble !== null && <NotWritable trouble={status.data.trouble} />}
          <ChainStatus status={status.data} checkFailure={checkFailure} onCheck={() => void check()} />
        </>
      )}
      <AuditFilters actors={actorsOf(audit.data?.entries ?? [])} />
      <QueryStates query={audit} label="audit entries" heightPx={320}>
        {(page) =>
          page.entries.length === 0 &&
          page.isComplete &&
          search.before === undefined &&
          !isNarrowed(search) ? (
            <EmptyState title="Nothing was done yet">
              Every plan, start and end of a job is written here before it counts: who, when, what, how many,
              why.
            </EmptyState>
          ) : (
            <AuditTable
              page={page}
              filter={auditFilterOf(search)}
              before={search.before}
              openSequence={search.entry ?? null}
              onPage={(before) => setSearch({ before }, 'push')}
              onOpen={onOpen}
            />
          )
        }
      </QueryStates>
    </>
  );
}

function NotWritable({ trouble }: { trouble: string }) {
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-y border-line bg-amber-bg px-3 py-1.5 break-words text-amber"
    >
      <SeveritySign severity="warning" size={14} />
      {trouble} Free space in the data directory of the server, give it the right to write there, or put the
      file back.
    </p>
  );
}

/** A probe removes nothing, and is shown where its result is: with the patterns. */
function isOfCache(job: Job): job is CacheJob {
  return job.kind !== 'probe';
}
