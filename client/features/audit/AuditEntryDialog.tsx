import type { ReactNode } from 'react';
import { formatDateTime, formatUtc } from '#client/lib/formatTime.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { type AuditRow, prepareAuditRow } from './prepareAudit.ts';
import { useAuditEntry, usePlanEntries } from './useAuditEntry.ts';

interface AuditEntryDialogProps {
  sequence: number;
  onOpen: (sequence: number) => void;
  /** Narrows the list to the plan. */
  onPlan: (planId: string) => void;
  /** Lists the log from this entry on. */
  onShow: (sequence: number) => void;
  onClose: () => void;
}

/** Everything that an entry says, and what else belongs to its plan. */
export function AuditEntryDialog({ sequence, onClose, ...rest }: AuditEntryDialogProps) {
  const entry = useAuditEntry(sequence);
  return (
    <Dialog title={`Audit entry ${sequence}`} onClose={onClose} className="w-[min(100%-16px,720px)]">
      <QueryStates query={entry} label="the entry" heightPx={280}>
        {(found) =>
          found === null ? (
            <EmptyState title={`The log has no entry ${sequence}`}>
              It is not written yet, or its line is damaged: the check of the chain says which.
            </EmptyState>
          ) : (
            <EntryFacts entry={found} {...rest} />
          )
        }
      </QueryStates>
      <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-4 py-3">
        <Button onClick={() => rest.onShow(sequence)}>Show it in the list</Button>
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

type EntryFactsProps = Pick<AuditEntryDialogProps, 'onOpen' | 'onPlan'> & { entry: AuditEntry };

function EntryFacts({ entry, onOpen, onPlan }: EntryFactsProps) {
  const row = prepareAuditRow(entry);
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <dl className="grid grid-cols-[minmax(84px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1.5">
        <Fact name="What">
          <Phase row={row} /> {row.action}
        </Fact>
        <Fact name="When">
          {formatDateTime(entry.atMs)} <span className="text-dim">({formatUtc(entry.atMs)})</span>
        </Fact>
        <Fact name="Actor">{entry.actor}</Fact>
        <Fact name="Approver">{entry.approver ?? ''}</Fact>
        <Fact name="Environment">{entry.environment}</Fact>
        <Fact name="Subject">
          <Code text={entry.subject} />
        </Fact>
        <Fact name="Keys">{row.counts}</Fact>
        <Fact name="Reason">{entry.reason}</Fact>
        <Fact name="Outcome">{entry.outcome}</Fact>
        <Fact name="Plan">
          {entry.planId !== '' && (
            <>
              <Code text={entry.planId} />
              <Button variant="quiet" onClick={() => onPlan(entry.planId)}>
                List its entries
              </Button>
            </>
          )}
        </Fact>
        <Fact name="Job">{entry.jobId !== null && <Code text={entry.jobId} />}</Fact>
        <Fact name="Hash">
          <Code text={entry.hash} />
          <CopyButton
            label="Copy number and hash, as audit verify takes them"
            text={`${entry.sequence}:${entry.hash}`}
          />
        </Fact>
        <Fact name="Before it">
          <Code text={entry.previousHash} />
        </Fact>
      </dl>
      {entry.planId !== '' && <PlanEntries entry={entry} onOpen={onOpen} />}
    </div>
  );
}

/** Nothing stands where the entry says nothing. */
function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === '' || children === false) return null;
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0 break-words whitespace-pre-wrap">{children}</dd>
    </>
  );
}

function Code({ text }: { text: string }) {
  return <code className="max-h-40 overflow-auto break-all whitespace-pre-wrap">{text}</code>;
}

function Phase({ row }: { row: AuditRow }) {
  return (
    <span className="inline-flex items-center gap-1.5">
      {row.tone !== 'calm' && (
        <SeveritySign severity={row.tone === 'bad' ? 'critical' : 'warning'} size={12} />
      )}
      {row.phase}
    </span>
  );
}

function PlanEntries({ entry, onOpen }: { entry: AuditEntry; onOpen: (sequence: number) => void }) {
  const siblings = usePlanEntries(entry);
  return (
    <section aria-label="Entries of the same plan">
      <h3 className="mb-1 text-dim">Of the same plan, within a day of it</h3>
      <QueryStates query={siblings} label="entries of the plan" heightPx={80}>
        {({ entries }) => (
          <ol className="flex flex-col">
            {entries.map((sibling) => {
              const row = prepareAuditRow(sibling);
              return (
                <li key={row.sequence}>
                  <button
                    type="button"
                    aria-current={row.sequence === entry.sequence ? 'true' : undefined}
                    className="grid w-full grid-cols-[64px_minmax(140px,auto)_minmax(0,1fr)] items-baseline gap-2 rounded px-1 py-1 text-left hover:bg-soft aria-[current]:bg-soft max-md:grid-cols-[64px_minmax(0,1fr)]"
                    onClick={() => onOpen(row.sequence)}
                  >
                    <span className="text-dim">no. {row.sequence}</span>
                    <span>{row.at}</span>
                    <span className="break-words max-md:col-start-2">
                      <Phase row={row} /> {row.outcome}
                    </span>
                  </button>
                </li>
              );
            })}
          </ol>
        )}
      </QueryStates>
    </section>
  );
}
