import { readFile } from 'node:fs/promises';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import type { NamedTag, PurgeSelection } from '#shared/acting/purgeInput.ts';
import { MAX_NAMED_KEYS, MAX_NAMED_TAGS } from '#shared/acting/purgeLimits.ts';
import type { CliTools } from '../../cliCommand.ts';
import { type CliFlag, type CliOptions, usageProblem } from '../../cliOptions.ts';
import { findTag, refuseMark } from '../../tags/findTag.ts';
import { predicateFlags, predicatesOf } from './predicateFlags.ts';

/** One way to say which keys; a new selection is one more row. */
interface Way {
  /** Any of them chooses this way. */
  readonly flags: readonly CliFlag[];
  readonly read: (options: CliOptions, tools: CliTools) => PurgeSelection | Promise<PurgeSelection>;
}

const ways: readonly Way[] = [
  {
    flags: [{ flag: '--tag', value: 'TAG', isRepeatable: true, help: 'keys of this tag; repeatable' }],
    read: readTags,
  },
  {
    flags: [{ flag: '--pattern', value: 'PATTERN', help: 'keys of a pattern, as "patterns" names it' }],
    read: ({ given }) => ({ by: 'pattern', pattern: given.get('--pattern') ?? '', ...whereOf(given) }),
  },
  {
    flags: [{ flag: '--glob', value: 'GLOB', help: 'keys that a glob of Redis matches' }],
    read: ({ given }) => ({ by: 'glob', glob: given.get('--glob') ?? '', ...whereOf(given) }),
  },
  {
    flags: [
      { flag: '--key', value: 'KEY', isRepeatable: true, help: 'this key; repeatable; bytes as \\xNN' },
      { flag: '--keys-from', value: 'FILE', help: 'keys, one a line; - reads them from stdin' },
    ],
    read: async (options, tools) => ({ by: 'keys', keys: await readKeys(options, tools) }),
  },
];

const layoutFlag: CliFlag = {
  flag: '--layout',
  value: 'LAYOUT',
  help: 'with --tag: the layout of its index, as "tags list" names it, where several have such a tag',
};

const matchFlag: CliFlag = {
  flag: '--match',
  value: 'WHICH',
  help: 'with several --tag: any = keys of at least one of them, all = keys that each of them lists',
};

/** What says which keys a purge is of. */
export const selectionFlags: readonly CliFlag[] = [
  ...ways.flatMap(({ flags }, place) => (place === 0 ? [...flags, layoutFlag, matchFlag] : flags)),
  ...predicateFlags,
];

/** Throws `CliProblem`. */
export async function selectionOf(options: CliOptions, tools: CliTools): Promise<PurgeSelection> {
  const { given } = options;
  const [way, another] = ways.filter(({ flags }) => flags.some(({ flag }) => given.has(flag)));
  if (way === undefined) throw usageProblem(`Say which keys: ${flagNames(ways)}.`);
  if (another !== undefined) throw usageProblem(`Say one of ${flagNames([way, another])}, not both.`);
  if (given.has('--layout') && !given.has('--tag')) throw usageProblem('--layout belongs to --tag.');
  const condition = predicateFlags.find(({ flag }) => given.has(flag));
  if (condition !== undefined && !given.has('--pattern') && !given.has('--glob')) {
    throw usageProblem(`${condition.flag} belongs to --pattern or --glob.`);
  }
  const empty = way.flags.find(({ flag }) => given.get(flag) === '');
  if (empty !== undefined) throw usageProblem(`${empty.flag} needs a value.`);
  return way.read(options, tools);
}

function whereOf(given: ReadonlyMap<string, string>): { where?: KeyPredicate[] } {
  const where = predicatesOf(given);
  return where.length === 0 ? {} : { where };
}

async function readTags({ given, repeated }: CliOptions, { query }: CliTools): Promise<PurgeSelection> {
  const names = [...new Set(repeated.get('--tag') ?? [])];
  const match = given.get('--match');
  if (names.length > MAX_NAMED_TAGS) throw usageProblem(`One purge combines at most ${MAX_NAMED_TAGS} tags.`);
  if (names.length > 1 && match !== 'any' && match !== 'all') {
    throw usageProblem('Say which keys of several tags: --match any, or --match all.');
  }
  const layout = given.get('--layout');
  const tags: NamedTag[] = [];
  for (const name of names) {
    const found = await findTag(query, { name, layout });
    refuseMark(found, 'it is purged alone, by its own --tag');
    tags.push({ layout: found.layout, tagKey: found.tagKey });
  }
  const [tag, another] = tags;
  if (tag !== undefined && another === undefined) return { by: 'tag', ...tag };
  return { by: 'tags', match: match === 'all' ? 'all' : 'any', tags };
}

function flagNames(named: readonly Way[]): string {
  return named.map(({ flags }) => flags[0]?.flag ?? '').join(', ');
}

async function readKeys(
  { given, repeated }: CliOptions,
  tools: CliTools,
): Promise<Extract<PurgeSelection, { by: 'keys' }>['keys']> {
  const file = given.get('--keys-from');
  const listed = file === undefined ? [] : (await readText(file, tools)).split(/\r?\n/);
  const keys = [...new Set([...(repeated.get('--key') ?? []), ...listed])].filter((key) => key !== '');
  if (keys.length === 0) throw usageProblem(`${file === '-' ? 'stdin' : file} names no key.`);
  if (keys.length <= MAX_NAMED_KEYS) return keys;
  throw usageProblem(
    `${keys.length} keys are more than the ${MAX_NAMED_KEYS} that one purge may name: use --pattern, --glob or --tag, or several purges.`,
  );
}

async function readText(file: string, { terminal }: CliTools): Promise<string> {
  if (file === '-') return terminal.readInput();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw usageProblem(`${file} cannot be read (${why}).`);
  }
}
