import { printable } from '#shared/export/printable.ts';
import type { EntryFacts, KeyFacts, KeyInspection } from '#shared/keys/keyInspection.ts';
import { valueFormatWords } from '#shared/look/valueFormat.ts';
import type { Reading } from '#shared/reading.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { aligned, amount, duration, percent, UNKNOWN } from '../textTable.ts';

/** What the page of one key shows, without its value. */
export const keysInspectCommand: CliCommand = {
  name: 'keys inspect',
  help: 'Type, TTL, size, use, format and tags of one key; bytes of its name as \\xNN',
  operand: 'KEY',
  flags: [],
  run: async ({ query }, { operands }) => {
    const key = operands[0];
    if (key === undefined || key === '') throw usageProblem('Say which key.');
    const data = await query('keys.inspect', { targetId: DEFAULT_TARGET_ID, name: { key } });
    return { data, text: textOf(data), exitCode: data.state === 'there' ? 0 : 1 };
  },
};

type Line = readonly [label: string, text: string];

function textOf(key: KeyInspection): string {
  const { facts, state, pattern } = key;
  const head: readonly Line[] = [
    ['key', `${printable(key.text)}${key.isCut ? `… (${amount(key.nameBytes)} bytes)` : ''}`],
    ['pattern', printable(pattern.name)],
    ['hit rate of it', reading(pattern.hitRatio, percent)],
  ];
  if (facts === null) {
    return aligned([
      ...head,
      ['state', state === 'missing' ? 'not there' : 'our Redis user may not read it'],
    ]);
  }
  return aligned([...head, ...factLines(facts), ...tagLines(key), ['node', key.nodeId]]);
}

function factLines({ type, ttl, bytes, encoding, use, length, content }: KeyFacts): readonly Line[] {
  const format =
    content === null
      ? 'needs the role inspector'
      : reading(content, (value) => `${valueFormatWords[value.format]} (${value.confidence})`);
  const entry = content?.state === 'known' ? content.value.entry : null;
  return [
    ['type', reading(type, (value) => value)],
    ['TTL left', reading(ttl, ({ leftMs }) => (leftMs === null ? 'none' : duration(leftMs)))],
    ['bytes', reading(bytes, amount)],
    ['encoding', reading(encoding, (value) => value)],
    ['length', reading(length, ({ count, unit }) => `${amount(count)} ${unit}`)],
    [
      'last used',
      reading(use, (value) =>
        value.kind === 'idle'
          ? `${duration(value.idleMs)} ago${value.isOurs ? ' (by us)' : ''}`
          : `LFU counter ${value.frequency}`,
      ),
    ],
    ['format', format],
    ...(entry === null ? [] : entryLines(entry)),
  ];
}

function entryLines(entry: EntryFacts): readonly Line[] {
  const instant = (atMs: number): string => new Date(atMs).toISOString();
  const state = { fresh: 'fresh', stale: 'stale', markedStale: 'marked as stale' }[entry.freshness];
  return [
    ['entry', `${state}${entry.isNegative ? ', says that there is nothing' : ''}`],
    ['stored at', instant(entry.storedAtMs)],
    ['fresh until', entry.softExpiryAtMs === 0 ? UNKNOWN : instant(entry.softExpiryAtMs)],
    ['load took', duration(entry.loadMs)],
    ['version', entry.version === null ? 'none' : String(entry.version)],
    ['owner', entry.ownerHash === null ? 'nobody in particular' : `hash ${entry.ownerHash}`],
  ];
}

function tagLines({ tags, indexOf }: KeyInspection): readonly Line[] {
  const indexes = indexOf.map(
    ({ tag, layoutName }): Line => ['index of the tag', `${printable(tag)} (${layoutName})`],
  );
  if (tags === null) return indexes;
  if (tags.state === 'unknown') return [...indexes, ['tags', reading(tags, () => '')]];
  const { tags: listed, isCut } = tags.value;
  const lines = listed.map(({ tag, layoutName, memberCount }): Line => {
    const size =
      memberCount === null
        ? 'its index is gone'
        : `${amount(memberCount)} ${memberCount === 1 ? 'key' : 'keys'}`;
    return ['tag', `${printable(tag)} (${layoutName}; ${size})`];
  });
  return [...indexes, ...lines, ...(isCut ? [['tag', '… and more'] satisfies Line] : [])];
}

function reading<T>(value: Reading<T>, format: (known: T) => string): string {
  return value.state === 'known' ? format(value.value) : `${UNKNOWN} (${value.detail})`;
}
