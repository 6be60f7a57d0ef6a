import { printable } from '#shared/export/printable.ts';
import type { ExpiryForecast } from '#shared/histogram/ttlHistogram.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { TtlAnswer } from './apiQuery.ts';
import type { CliCommand } from './cliCommand.ts';
import { amount, duration, percent, type TextColumn, textTable, UNKNOWN } from './textTable.ts';

type Row = TtlAnswer['patterns'][number];

/** What the page of TTLs shows. */
export const ttlCommand: CliCommand = {
  name: 'ttl',
  help: 'TTL left, keys without a TTL, and the next expiries, from a sample of keys',
  flags: [],
  run: async ({ query }) => {
    const data = await query('ttl.get', { targetId: DEFAULT_TARGET_ID });
    return { data, text: textOf(data) };
  },
};

const columns: readonly TextColumn<Row>[] = [
  { title: 'pattern', align: 'left', text: ({ pattern }) => printable(pattern) },
  {
    title: 'keys',
    align: 'right',
    text: ({ keyCount }) => `${keyCount.isExact ? '' : '~'}${amount(Math.round(keyCount.value))}`,
  },
  { title: 'TTL left, p50', align: 'right', text: ({ ttl }) => duration(ttl.p50Ms) },
  { title: 'p90', align: 'right', text: ({ ttl }) => duration(ttl.p90Ms) },
  {
    title: 'without TTL',
    align: 'right',
    text: ({ ttl }) => (ttl.sampledCount > 0 ? percent(ttl.noTtlCount / ttl.sampledCount) : UNKNOWN),
  },
  { title: 'sampled', align: 'right', text: ({ ttl }) => amount(ttl.sampledCount) },
];

function textOf({ sample, forecast, patterns }: TtlAnswer): string {
  if (sample.state === 'unknown') return `No TTL is known: ${sample.detail}`;
  const { sampledCount, keyCount, endedAtMs } = sample.value;
  const sorted = [...patterns].sort((a, b) => b.keyCount.value - a.keyCount.value);
  const head = `${amount(sampledCount)} of ${amount(keyCount)} keys sampled, ${new Date(endedAtMs).toISOString()}`;
  const steps = forecast === null ? [] : [forecast.forecast10s, forecast.forecast1min].map(cliffText);
  return [head, '', textTable(columns, sorted), '', ...steps].join('\n');
}

/** The step in which most keys expire. */
function cliffText({ fromMs, stepMs, keyCounts, isExact }: ExpiryForecast): string {
  const most = Math.max(0, ...keyCounts);
  const within = duration(keyCounts.length * stepMs);
  if (most === 0) return `Nothing sampled expires within ${within}.`;
  const at = new Date(fromMs + keyCounts.indexOf(most) * stepMs).toISOString();
  return `Within ${within}, most keys expire in the ${duration(stepMs)} from ${at}: ${isExact ? '' : '~'}${amount(Math.round(most))}.`;
}
