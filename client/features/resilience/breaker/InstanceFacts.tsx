import type { ReactNode } from 'react';
import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatDuration } from '#client/lib/formatTime.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { HeldMemory } from '#shared/services/serviceInstance.ts';
import type { Instance } from '../resilienceModel.ts';

const NOT_TOLD = 'Its metrics do not tell it.';

/** Who the instance is, and how it gets along. */
export function InstanceFacts({ instance }: { instance: Instance }) {
  const { service, version, startedAtMs, address, figures } = instance;
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium">Instance</h3>
      <dl className="grid grid-cols-[minmax(120px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1">
        <Fact name="Service">{service ?? <UnknownDash reason="Nothing says which service it is." />}</Fact>
        <Fact name="Version">{version ?? <UnknownDash reason={NOT_TOLD} />}</Fact>
        <Fact name="Started">
          {startedAtMs === null ? <UnknownDash reason={NOT_TOLD} /> : formatDateTime(startedAtMs)}
        </Fact>
        <Fact name="Read at">
          <code className="break-all">{address ?? 'its snapshot in Redis'}</code>
        </Fact>
        {figures === null ? (
          <Fact name="Cache">
            <UnknownDash reason="Only cachescope/cache tells of its memory and its loads." />
          </Fact>
        ) : (
          <Figures figures={figures} />
        )}
      </dl>
    </section>
  );
}

function Figures({ figures }: { figures: NonNullable<Instance['figures']> }) {
  const { l1, fallback, loadsActiveCount, loadsWaitingCount, relief } = figures;
  return (
    <>
      <Fact name="Fallback in memory">
        <Memory memory={fallback} />
      </Fact>
      <Fact name="L1">
        <Memory memory={l1} />
      </Fact>
      <Fact name="Loads of the source">
        {loadsActiveCount === null || loadsWaitingCount === null ? (
          <UnknownDash reason={NOT_TOLD} />
        ) : (
          `${formatCount(loadsActiveCount)} under way, ${formatCount(loadsWaitingCount)} wait`
        )}
      </Fact>
      <Fact name={relief === null ? 'Last minute' : `Last ${formatDuration(relief.windowMs)}`}>
        {relief === null ? (
          <UnknownDash reason="Two readings are needed." />
        ) : (
          [
            `${formatCount(relief.shedCount)} loads shed`,
            `${formatCount(relief.staleServedCount)} answered stale`,
            `${formatCount(relief.coalescedCount)} waited for another's load`,
            `${formatCount(relief.notPermittedCount)} commands kept back`,
          ].join(', ')
        )}
      </Fact>
    </>
  );
}

function Memory({ memory }: { memory: HeldMemory | null }) {
  if (memory === null) return <span className="text-dim">off</span>;
  const { entryCount, bytes, maxEntries, maxBytes } = memory;
  const entries = `${formatCount(entryCount)}${maxEntries === null ? '' : ` of ${formatCount(maxEntries)}`} entries`;
  if (bytes === null) return entries;
  return `${entries}, ~${formatBytes(bytes)}${maxBytes === null ? '' : ` of ${formatBytes(maxBytes)}`}`;
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-dim">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
