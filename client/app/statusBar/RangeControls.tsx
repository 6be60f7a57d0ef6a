import { formatMoment } from '#client/lib/formatTime.ts';
import { compareNames, rangeNames, usePageSearch } from '#client/lib/urlState.ts';
import { Select } from '#client/ui/Select.tsx';
import type { Compare, RelativeRange } from '#shared/timeRange.ts';

/** Ids that the shortcuts focus. */
export const RANGE_ID = 'range';
export const COMPARE_ID = 'compare';

const relativeRanges: readonly RelativeRange[] = ['15m', '1h', '6h', '24h', '7d', '30d'];
const compares: readonly Compare[] = ['before', 'yesterday', 'lastWeek', 'none'];

/** Time span and what it is compared with; both live in the address. */
export function RangeControls() {
  const { range, compare, setSearch } = usePageSearch();
  const relative = relativeRanges.map((value) => ({ value, text: rangeNames[value] }));
  const fixed =
    'last' in range
      ? []
      : [
          {
            value: 'fixed' as const,
            text: `${formatMoment(range.fromMs, range)} to ${formatMoment(range.toMs, range)}, fixed`,
          },
        ];
  return (
    <>
      <Select
        id={RANGE_ID}
        label="Time span"
        value={'last' in range ? range.last : 'fixed'}
        options={[...fixed, ...relative]}
        onChange={(value) => {
          if (value !== 'fixed') setSearch({ range: value, from: undefined, to: undefined }, 'push');
        }}
      />
      <Select
        id={COMPARE_ID}
        label="Compare with"
        prefix="vs"
        value={compare}
        options={compares.map((value) => ({ value, text: compareNames[value] }))}
        onChange={(value) => setSearch({ compare: value }, 'push')}
      />
    </>
  );
}
