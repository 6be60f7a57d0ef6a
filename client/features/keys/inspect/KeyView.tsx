import { Link } from '@tanstack/react-router';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatBytes } from '#client/lib/formatNumber.ts';
import { useGuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { PurgeDialogs } from '#client/ui/purge/PurgeDialogs.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { KeyFacts, KeyInspection } from '#shared/keys/keyInspection.ts';
import { FactList } from './FactList.tsx';
import { KeyJobs } from './KeyJobs.tsx';
import { keyCommand } from './keyCommand.ts';
import { PurgeKey } from './PurgeKey.tsx';
import { patternFact, prepareEntry, prepareFacts } from './prepareKey.ts';
import { SourcePanel } from './SourcePanel.tsx';
import { TagsPanel } from './TagsPanel.tsx';
import { useCommandRefusal } from './useCommandRefusal.ts';
import { useKey } from './useKey.ts';
import { ValuePanel } from './ValuePanel.tsx';

/** One key: what it is, whose, its tags in both directions, and its value for those who may see it. */
export function KeyView() {
  const { search } = usePageSearch();
  const id = search.key ?? '';
  const query = useKey(id);
  const isUnknown = id === '' || describeFailure(query.error).code === 'notFound';
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <Link to="/keys" search={spanSearch(search)} className="self-start text-blue underline">
        ← Keys
      </Link>
      {isUnknown ? (
        <Panel>
          <NotNamed id={id} />
        </Panel>
      ) : (
        <QueryStates query={query} label="the key" heightPx={480} readAtMs={({ readAtMs }) => readAtMs}>
          {(inspection) => (
            <Inspected
              inspection={inspection}
              isLooking={query.isFetching}
              onLook={() => void query.refetch()}
            />
          )}
        </QueryStates>
      )}
    </div>
  );
}

function NotNamed({ id }: { id: string }) {
  const { search } = usePageSearch();
  const back = (
    <Link to="/keys" search={spanSearch(search)} className="text-blue underline">
      Search for a key
    </Link>
  );
  if (id === '') return <EmptyState title="The address names no key" action={back} />;
  return (
    <EmptyState title="The server does not know which key this is" action={back}>
      Addresses carry a number in place of the name, which may be personal data. The server forgets what the
      number stands for when it starts anew, and after very many other keys.
    </EmptyState>
  );
}

interface InspectedProps {
  inspection: KeyInspection;
  isLooking: boolean;
  onLook: () => void;
}

function Inspected({ inspection, isLooking, onLook }: InspectedProps) {
  const { facts, readAtMs } = inspection;
  const guarded = useGuardedJob();
  const refusal = useCommandRefusal();
  const entry = facts?.content?.state === 'known' ? facts.content.value.entry : null;
  return (
    <>
      <Heading inspection={inspection} />
      <KeyJobs guarded={guarded} onLook={onLook} />
      <div className="grid items-start gap-2.5 lg:grid-cols-[minmax(0,1fr)_380px]">
        <div className="flex min-w-0 flex-col gap-2.5">
          <Panel
            title="Facts"
            note={
              <>
                {inspection.nodeId}, <Age atMs={readAtMs} />
              </>
            }
            actions={
              <>
                <PurgeKey inspection={inspection} guarded={guarded} />
                <Button onClick={onLook} disabled={isLooking}>
                  {isLooking ? 'Looking …' : 'Look again'}
                </Button>
              </>
            }
          >
            {facts === null ? (
              <NotThere state={inspection.state} />
            ) : (
              <Facts facts={facts} readAtMs={readAtMs} />
            )}
          </Panel>
          {entry !== null && (
            <Panel title="Entry of cachescope/cache" note="by its header; times are of the service's clock">
              <FactList facts={prepareEntry(entry, readAtMs)} />
            </Panel>
          )}
          {entry !== null && (
            <SourcePanel key={`source ${inspection.id}`} id={inspection.id} refusal={refusal} />
          )}
          {facts !== null && (
            <ValuePanel key={inspection.id} id={inspection.id} access={inspection.valueAccess} />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-2.5">
          <PatternPanel inspection={inspection} />
          {facts !== null && <TagsPanel inspection={inspection} />}
        </div>
      </div>
      <PurgeDialogs guarded={guarded} />
    </>
  );
}

function Heading({ inspection }: { inspection: KeyInspection }) {
  const { text, isCut, nameBytes } = inspection;
  const address = useStatus().data?.redisAddress;
  const command = address === undefined ? null : keyCommand(inspection, address);
  return (
    <header className="flex flex-wrap items-start gap-x-3 gap-y-1">
      <h2 className="flex min-w-0 items-start gap-1 text-lg">
        <code className="min-w-0 text-[14px]! break-all whitespace-pre-wrap">
          {text}
          {isCut && '…'}
        </code>
        {!isCut && <CopyButton label="Copy the key" text={text} />}
      </h2>
      {isCut && (
        <span className="text-sm text-dim">
          The start of a name of {formatBytes(nameBytes)}, too long to be copied or typed.
        </span>
      )}
      {command !== null && (
        <span className="ml-auto flex max-w-full min-w-0 items-center gap-1 text-sm text-dim max-md:ml-0">
          <code title={command} className="truncate md:max-w-96">
            {command}
          </code>
          <CopyButton label="Copy the redis-cli command that reads it" text={command} />
        </span>
      )}
    </header>
  );
}

function NotThere({ state }: { state: KeyInspection['state'] }) {
  if (state === 'denied') {
    return (
      <EmptyState isUnknown title="Redis does not permit it">
        Our Redis user may not read this key, so that it is not known whether it is there.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="The key is not there">
      It has expired, been evicted or removed since it was found, or was never stored.
    </EmptyState>
  );
}

function Facts({ facts, readAtMs }: { facts: KeyFacts; readAtMs: number }) {
  return (
    <>
      <FactList facts={prepareFacts(facts, readAtMs)} />
      {facts.isTouched && (
        <p className="flex items-center gap-2 border-t border-line px-3 py-1.5 text-sm text-dim">
          <SeveritySign severity="note" size={12} />
          <span>
            This look made the key look used just now: this Redis cannot be asked otherwise (CLIENT NO-TOUCH,
            from 7.2 on, or not permitted).
          </span>
        </p>
      )}
    </>
  );
}

function PatternPanel({ inspection }: { inspection: KeyInspection }) {
  const { search } = usePageSearch();
  const { name, isDeclared } = inspection.pattern;
  return (
    <Panel title="Pattern" note={isDeclared ? 'a declared family' : 'told from the names of keys'}>
      <p className="px-3 pb-2">
        <Link
          to="/pattern"
          search={{ ...spanSearch(search), pattern: name }}
          className="text-blue underline break-all"
        >
          <code>{name}</code>
        </Link>
      </p>
      <FactList facts={[patternFact(inspection)]} />
    </Panel>
  );
}
