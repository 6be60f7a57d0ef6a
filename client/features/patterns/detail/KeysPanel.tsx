import { SizeHistogram } from '#client/charts/size/SizeHistogram.tsx';
import { TtlHistogram } from '#client/charts/ttl/TtlHistogram.tsx';
import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownState } from '#client/ui/QueryStates.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import type { Known } from '#shared/reading.ts';
import type { PatternSample, ToldSize } from '#shared/snapshot.ts';
import { KeyList, PatternSampleFacts, TtlAtSet } from './PatternSampleFacts.tsx';
import type { PatternDetail } from './preparePatternDetail.ts';

/** What the sample knows of the pattern's keys. */
export function KeysPanel({ detail }: { detail: PatternDetail }) {
  const { sample } = detail;
  return (
    <Panel
      title="Keys"
      note={
        sample?.state === 'known' && (
          <>
            {sample.from}, <Age atMs={sample.atMs} />
          </>
        )
      }
    >
      {detail.row.toldSize !== null && <ToldSizeFacts told={detail.row.toldSize} />}
      {sample === null && (
        <EmptyState title="Not in the sample">
          Metrics name this pattern, but no key of the last sample has it.
        </EmptyState>
      )}
      {sample?.state === 'unknown' && <UnknownState reading={sample} />}
      {sample?.state === 'known' && <KnownKeys detail={detail} sample={sample.value} />}
    </Panel>
  );
}

/** Another source of the same, named: never mixed with the sample's. */
function ToldSizeFacts({ told }: { told: Known<ToldSize> }) {
  const { keyCount, bytes } = told.value;
  return (
    <p className="px-3 pb-2 text-sm">
      {keyCount !== null && `${formatCount(keyCount)} keys`}
      {keyCount !== null && bytes !== null && ', '}
      {bytes !== null && formatBytes(bytes)}
      <span className="text-dim">
        {' '}
        by <SourceTag reading={told} />
      </span>
    </p>
  );
}

const CHART_HEIGHT_PX = 120;

function KnownKeys({ detail, sample }: { detail: PatternDetail; sample: PatternSample }) {
  const { isExact } = sample.keyCount;
  const note = isExact
    ? 'share of keys, log axis'
    : 'share of sampled keys, log axis; lines: 95\u202f% interval';
  return (
    <div className="flex flex-col gap-3 px-3 pb-3">
      <PatternSampleFacts detail={detail} />
      <TtlHistogram
        title="TTL left"
        note={note}
        ttl={sample.ttl}
        before={detail.ttlBefore}
        isExact={isExact}
        heightPx={CHART_HEIGHT_PX}
      />
      <TtlAtSet detail={detail} />
      {sample.sizes.sampledCount > 0 && (
        <SizeHistogram
          title="Size"
          note={note}
          sizes={sample.sizes}
          isExact={isExact}
          heightPx={CHART_HEIGHT_PX}
        />
      )}
      <KeyList title="Largest of the sample" keys={sample.largest} />
      <KeyList title="Examples" keys={sample.examples.map((key) => ({ key }))} />
    </div>
  );
}
