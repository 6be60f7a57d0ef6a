import type { Reading } from '#shared/reading.ts';
import { Age } from './Age.tsx';
import { unknownTexts } from './unknownTexts.ts';

/** Where a number comes from and how old it is: `INFO · 3 s old`; of an unknown one, why. */
export function SourceTag({ reading }: { reading: Reading<unknown> }) {
  if (reading.state === 'unknown') return <span title={reading.detail}>{unknownTexts[reading.reason]}</span>;
  return (
    <span>
      {reading.from} · <Age atMs={reading.atMs} />
    </span>
  );
}
