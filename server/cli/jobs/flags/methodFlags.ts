import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { SPREAD_MS, STAGED_MS } from '#shared/acting/purgeLimits.ts';
import { type CliFlag, usageProblem } from '../../cliOptions.ts';
import type { CliProblem } from '../../cliProblem.ts';
import { duration } from '../../textTable.ts';
import { parseSpan } from './parseSpan.ts';

type Given = ReadonlyMap<string, string>;

/** How each method is said; a new one is one more row. */
const readers: { readonly [How in PurgeMethod['how']]: (given: Given) => PurgeMethod } = {
  now: (given) => {
    if (given.has('--over')) throw overAlone();
    return { how: 'now' };
  },
  soft: (given) => {
    if (given.has('--over')) throw overAlone();
    return { how: 'soft' };
  },
  staged: (given) => ({ how: 'staged', overMs: spanOf(given.get('--over'), STAGED_MS) }),
  spread: (given) => ({ how: 'spread', overMs: spanOf(given.get('--over'), SPREAD_MS) }),
};

const howTexts = new Intl.ListFormat('en', { type: 'disjunction' }).format(Object.keys(readers));

/** What says how the keys go. */
export const methodFlags: readonly CliFlag[] = [
  {
    flag: '--method',
    value: 'METHOD',
    help: `${howTexts} (default: by what the purge asks of the source)`,
  },
  {
    flag: '--over',
    value: 'SPAN',
    help: 'with --method staged or spread: until when all are gone, such as 10m',
  },
];

/** Undefined = the server chooses. Throws `CliProblem`. */
export function methodOf(given: Given): PurgeMethod | undefined {
  const text = given.get('--method');
  if (text === undefined) {
    if (given.has('--over')) throw overAlone();
    return undefined;
  }
  const [, read] = Object.entries(readers).find(([how]) => how === text) ?? [];
  if (read !== undefined) return read(given);
  throw usageProblem(`${text} is no method; say ${howTexts}.`);
}

function overAlone(): CliProblem {
  return usageProblem('--over belongs to --method staged or spread.');
}

function spanOf(
  text: string | undefined,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  if (text === undefined) throw usageProblem('This method needs --over, such as --over 10m.');
  const ms = parseSpan(text);
  if (ms >= least && ms <= most) return ms;
  throw usageProblem(
    `${text} is no span from ${duration(least)} to ${duration(most)}; write it as 90s, 10m or 6h.`,
  );
}
