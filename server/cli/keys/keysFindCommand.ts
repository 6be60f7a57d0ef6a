import { printable } from '#shared/export/printable.ts';
import type { FoundKey, FoundKeys } from '#shared/keys/foundKeys.ts';
import { guessSearchKind, type KeySearchKind, keySearchKinds } from '#shared/keys/keySearch.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { ApiQuery } from '../apiQuery.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { amount, duration, percent, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';

type Given = ReadonlyMap<string, string>;

const DEFAULT_LIMIT = 200;
const MOST_KEYS = 100_000;

/** What the page of keys finds. */
export const keysFindCommand: CliCommand = {
  name: 'keys find',
  help: 'Keys by a glob, a pattern such as product:{id}, or their whole name, at a pace that Redis does not feel',
  operand: 'SEARCH',
  flags: [
    { flag: '--as', value: 'KIND', help: 'glob, pattern or exact (default: by what the search looks like)' },
    { flag: '--limit', value: 'N', help: `stops after some N keys (default: ${DEFAULT_LIMIT})` },
  ],
  run: async ({ query }, { operands, given }) => {
    const text = operands[0];
    if (text === undefined || text === '') throw usageProblem('Say what to search for, such as "product:*".');
    const search = { kind: kindOf(given) ?? guessSearchKind(text), text };
    const data = await findKeys(query, { search, limit: limitOf(given) });
    return { data, text: textOf(data) };
  },
};

type Found = Pick<FoundKeys, 'keys' | 'walk' | 'goneCount' | 'deniedCount' | 'whyUnknown'>;

async function findKeys(
  query: ApiQuery,
  { search, limit }: { readonly search: { kind: KeySearchKind; text: string }; readonly limit: number },
): Promise<Found> {
  const keys = new Map<string, FoundKey>();
  let [goneCount, deniedCount] = [0, 0];
  let cursor: string | null = null;
  for (;;) {
    const page: FoundKeys = await query('keys.find', { targetId: DEFAULT_TARGET_ID, search, cursor });
    // SCAN may name a key twice.
    for (const key of page.keys) keys.set(key.id, key);
    goneCount += page.goneCount;
    deniedCount += page.deniedCount;
    cursor = page.walk?.cursor ?? null;
    if (cursor === null || keys.size >= limit) {
      const { walk, whyUnknown } = page;
      return { keys: [...keys.values()].slice(0, limit), walk, goneCount, deniedCount, whyUnknown };
    }
  }
}

const columns: readonly TextColumn<FoundKey>[] = [
  { title: 'key', align: 'left', text: ({ text, isCut }) => `${printable(text)}${isCut ? '…' : ''}` },
  { title: 'pattern', align: 'left', text: ({ pattern }) => printable(pattern) },
  { title: 'type', align: 'left', text: ({ type }) => type ?? UNKNOWN },
  { title: 'TTL left', align: 'right', text: ttlText },
  { title: 'bytes', align: 'right', text: ({ bytes }) => amount(bytes) },
];

function ttlText({ ttl }: FoundKey): string {
  if (ttl === null) return UNKNOWN;
  return ttl.leftMs === null ? 'none' : duration(ttl.leftMs);
}

function textOf({ keys, walk, deniedCount, whyUnknown }: Found): string {
  const sorted = keys.toSorted((left, right) => (left.text < right.text ? -1 : 1));
  const table = keys.length === 0 ? ['No key was found.'] : [textTable(columns, sorted)];
  const denied =
    deniedCount === 0 ? [] : [`${amount(deniedCount)} that our Redis user may not read are not shown.`];
  const why = Object.values(whyUnknown).filter((text) => text !== null);
  return [...table, '', ...walkText(keys.length, walk), ...denied, ...why].join('\n').trimEnd();
}

function walkText(count: number, walk: FoundKeys['walk']): readonly string[] {
  if (walk === null) return [];
  const { walkedRatio, keyCount, cursor } = walk;
  if (cursor === null) return [`${amount(count)} keys; all ${amount(keyCount)} were looked at.`];
  const share = walkedRatio === null ? 'some' : percent(walkedRatio);
  return [
    `${amount(count)} keys so far; ${share} of ${amount(keyCount)} were looked at. Say --limit for more.`,
  ];
}

function kindOf(given: Given): KeySearchKind | undefined {
  const text = given.get('--as');
  if (text === undefined) return undefined;
  const kind = keySearchKinds.find((known) => known === text);
  if (kind === undefined) throw usageProblem(`${text} is no kind of search; say glob, pattern or exact.`);
  return kind;
}

function limitOf(given: Given): number {
  const text = given.get('--limit') ?? String(DEFAULT_LIMIT);
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MOST_KEYS) return limit;
  throw usageProblem(`--limit is a number from 1 to ${MOST_KEYS}, not ${text}.`);
}
