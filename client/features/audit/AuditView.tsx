import { useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { JobList } from '#client/ui/jobs/JobList.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { Job, PurgeJob } from '#shared/acting/job.ts';
import { AuditTable } from './AuditTable.tsx';
import { useAudit } from './useAudit.ts';

/** What was done to Redis from here: jobs of this server, and the log of every act. */
export function AuditView() {
  const { search, setSearch } = usePageSearch();
  const jobs = useJobs();
  const audit = useAudit(search.before);
  const { cancelJob, cancelFailure } = useGuardedJob();
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <Panel title="Jobs" note="since this server started, newest first" className="shrink-0">
        <QueryStates
          query={jobs}
          label="jobs"
          heightPx={60}
          empty={(list) =>
            list.some(isPurge) ? null : (
              <p className="px-3 pb-2.5 text-dim">
                No job was started since. Purges start on the page of tags.
              </p>
            )
          }
        >
          {(list) => (
            <JobList jobs={list.filter(isPurge)} onCancel={cancelJob} cancelFailure={cancelFailure} />
          )}
        </QueryStates>
      </Panel>
      <Panel
        title="Audit log"
        note="kept by this server; each line carries the hash of the one before it"
        className="flex min-h-96 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none"
      >
        <QueryStates query={audit} label="audit entries" heightPx={320}>
          {(page) => (
            <>
              {!page.isWritable && <NotWritable />}
              {page.entries.length === 0 && search.before === undefined ? (
                <EmptyState title="Nothing was done yet">
                  Every plan, start and end of a job is written here before it counts: who, when, what, how
                  many, why.
                </EmptyState>
              ) : (
                <AuditTable
                  entries={page.entries}
                  before={search.before}
                  onPage={(before) => setSearch({ before }, 'push')}
                />
              )}
            </>
          )}
        </QueryStates>
      </Panel>
    </div>
  );
}

function NotWritable() {
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-y border-line bg-amber-bg px-3 py-1.5 text-amber"
    >
      <SeveritySign severity="warning" size={14} />
      The audit log cannot be written, so nothing can be started. Free space in the data directory of the
      server, or give it the right to write there.
    </p>
  );
}

/** A probe removes nothing, and is shown where its result is: with the patterns. */
function isPurge(job: Job): job is PurgeJob {
  return job.kind === 'purge';
}
