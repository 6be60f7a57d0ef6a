import { useEffect, useState } from 'react';
import { useGuardedJob, useGuardedLetters, useGuardedUndo } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { currentJobs } from '#client/ui/jobs/currentJobs.ts';
import { JobList } from '#client/ui/jobs/JobList.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { UndoDialogs } from '#client/ui/purge/UndoDialogs.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { Select } from '#client/ui/Select.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import type { DeadLetter, LetterAnswer } from '#shared/letters/deadLetter.ts';
import { type LetterStream, letterQueueText } from '#shared/letters/letterStreams.ts';
import { LetterDialog } from './LetterDialog.tsx';
import { LetterDialogs } from './LetterDialogs.tsx';
import { letterColumns } from './letterColumns.tsx';
import { streamChoices, unreadStreams } from './streamChoices.ts';
import { useLetters } from './useLetters.ts';

/** What services gave up on: a list in pages, each letter on its own, and the way to replay or drop them. */
export function LettersPanel() {
  const [stream, setStream] = useState<LetterStream | null>(null);
  const [before, setBefore] = useState<string | null>(null);
  const query = useLetters(stream, before);
  usePinned(query.data, stream === null, setStream);
  const guarded = useGuardedLetters();
  const purge = useGuardedJob();
  const undo = useGuardedUndo();
  // Of purges those that began here: the others stand on their own page.
  const purgeId = purge.start.job?.id;
  const jobs = currentJobs(useJobs().data ?? []).filter(
    ({ kind, id }) => kind === 'letters' || id === purgeId,
  );
  return (
    <Panel
      title="Dead letters"
      note="given up after their last try"
      className="flex min-h-40 flex-none flex-col"
    >
      {jobs.length > 0 && (
        <JobList
          jobs={jobs}
          acts={{ ...guarded.jobActs, undo: undo.planUndo }}
          failure={guarded.actFailure}
        />
      )}
      <QueryStates query={query} label="dead letters" heightPx={120}>
        {(page) => (
          <Letters
            page={page}
            isFirst={before === null}
            onStream={(next) => {
              setStream(next);
              setBefore(null);
            }}
            onBefore={setBefore}
            onAct={(act, ids) => {
              if (page.chosen !== null) guarded.planLetters({ act, stream: { ...page.chosen }, ids });
            }}
            onPurge={(id) => {
              if (page.chosen !== null)
                purge.planPurge({ selection: { by: 'letter', service: page.chosen.service, id } });
            }}
          />
        )}
      </QueryStates>
      <LetterDialogs guarded={guarded} />
      <PurgeDialogs guarded={purge} />
      <UndoDialogs guarded={undo} />
    </Panel>
  );
}

/** Letters that are read stay those of whom they are, also when these have none any more: acts must not slip to another service. */
function usePinned(page: LetterAnswer | undefined, isFree: boolean, pin: (stream: LetterStream) => void) {
  const chosen = page !== undefined && page.letters.length > 0 ? page.chosen : null;
  useEffect(() => {
    if (isFree && chosen !== null) pin(chosen);
  }, [isFree, chosen, pin]);
}

interface LettersProps {
  page: LetterAnswer;
  isFirst: boolean;
  onStream: (stream: LetterStream) => void;
  onBefore: (id: string | null) => void;
  onAct: (act: 'replay' | 'drop', ids: string[] | null) => void;
  onPurge: (id: string) => void;
}

function Letters({ page, isFirst, onStream, onBefore, onAct, onPurge }: LettersProps) {
  const { search, setSearch } = usePageSearch();
  const { chosen, letters, next } = page;
  const opened = letters.find(({ id }) => id === search.letter) ?? null;
  const close = () => setSearch({ letter: undefined });
  if (chosen === null) return <EmptyState title="No service is known whose letters could be read" />;
  return (
    <>
      <Toolbar page={page} onStream={onStream} onAct={onAct} />
      <UnreadNote page={page} />
      <VirtualTable
        label="Dead letters"
        columns={letterColumns}
        rows={letters}
        rowId={rowId}
        onOpen={({ id }) => setSearch({ letter: id }, 'push')}
        maxHeightPx={360}
        empty={
          <EmptyState title={`${chosen.service} has no dead letters (${letterQueueText(chosen)})`}>
            What a service cannot apply after its last try would stand here.
          </EmptyState>
        }
      />
      {(next !== null || !isFirst) && (
        <div className="flex gap-2 border-t border-line px-3 py-2">
          <Button disabled={isFirst} onClick={() => onBefore(null)}>
            Newest
          </Button>
          <Button disabled={next === null} onClick={() => onBefore(next)}>
            Older
          </Button>
        </div>
      )}
      {opened !== null && (
        <LetterDialog
          letter={opened}
          stream={chosen}
          access={page.valueAccess}
          onClose={close}
          onAct={(act) => {
            close();
            onAct(act, [opened.id]);
          }}
          onPurge={() => {
            close();
            onPurge(opened.id);
          }}
        />
      )}
    </>
  );
}

function Toolbar({ page, onStream, onAct }: Pick<LettersProps, 'page' | 'onStream' | 'onAct'>) {
  const refusal = usePurgeRefusal();
  const { chosen, letters } = page;
  if (chosen === null) return null;
  const choices = streamChoices(page);
  const isOff = refusal !== null || letters.length === 0;
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-1.5">
      <Select
        label="Letters of"
        prefix="Of"
        value={choices.find(({ stream }) => isSame(stream, chosen))?.value ?? ''}
        options={choices}
        onChange={(value) => {
          const choice = choices.find((one) => one.value === value);
          if (choice !== undefined) onStream(choice.stream);
        }}
      />
      {chosen.queue === 'events' && (
        <Button disabled={isOff} title={refusal ?? undefined} onClick={() => onAct('replay', null)}>
          Replay all …
        </Button>
      )}
      <Button disabled={isOff} title={refusal ?? undefined} onClick={() => onAct('drop', null)}>
        Drop all …
      </Button>
    </div>
  );
}

const NAMED_AT_MOST = 3;

/** None is not the same as not known. */
function UnreadNote({ page }: Pick<LettersProps, 'page'>) {
  return unreadStreams(page).map(({ names, why }) => {
    const more = names.length - NAMED_AT_MOST;
    const of = names.slice(0, NAMED_AT_MOST).join('; ');
    return (
      <p
        key={why}
        className="flex items-baseline gap-2 border-b border-line px-3 py-1 text-sm text-amber wrap-anywhere"
      >
        <SeveritySign severity="warning" size={12} />
        <span>
          Not known: {of}
          {more > 0 && ` and ${more} more`}. {why}
        </span>
      </p>
    );
  });
}

function isSame(one: LetterStream, other: LetterStream): boolean {
  return one.service === other.service && letterQueueText(one) === letterQueueText(other);
}

function rowId({ id }: DeadLetter): string {
  return id;
}
