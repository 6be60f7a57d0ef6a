import type { TagFinding } from '#shared/tags/tagFinding.ts';
import type { LayoutTraits } from '../layoutTraits.ts';
import type { SampledMember, TagSample } from './sampleTag.ts';

/** Fewer members say little of a share (rule R28). */
const LEAST_MEMBERS = 200;
const ORPHAN_RATIO = 0.2;
const DANGLING_RATIO = 0.05;
/** A purge of more is felt, and so is each reader of the whole set (rule R28). */
const OVERSIZED_MEMBERS = 100_000;
const OVERSIZED_MEMORY_RATIO = 0.05;
/** Below, an index is small whatever share of a small Redis it has. Ours. */
const OVERSIZED_LEAST_BYTES = 10 * 1_024 * 1_024;
/** The TTLs of an index and of its members are set by two commands and read by others. Ours. */
const TTL_SLACK_MS = 1_000;

export interface DiagnosisParts {
  readonly traits: LayoutTraits;
  /** Null = not known. */
  readonly usedMemoryBytes: number | null;
}

/** What is wrong with the index of a tag, the worst first. Says nothing of what the sample cannot tell. */
export function diagnoseTag(sample: TagSample, parts: DiagnosisParts): readonly TagFinding[] {
  return [
    outlivedIndex(sample),
    orphans(sample, parts.traits),
    oversized(sample, parts.usedMemoryBytes),
    danglingReverse(sample),
    noIndexTtl(sample, parts.traits),
  ].filter((finding) => finding !== null);
}

/** Whether the member is still there when its index is gone. */
function outlivesIndex({ ttlMs }: SampledMember, indexTtlMs: number | null): boolean {
  if (indexTtlMs === null || ttlMs === undefined) return false;
  return ttlMs === null || ttlMs > indexTtlMs + TTL_SLACK_MS;
}

function outlivedIndex(sample: TagSample): TagFinding | null {
  const { indexTtlMs } = sample;
  if (indexTtlMs === null) return null;
  const read = sample.members.filter(({ ttlMs }) => ttlMs !== undefined);
  const outliving = read.filter((member) => outlivesIndex(member, indexTtlMs));
  if (outliving.length === 0) return null;
  const ttls = outliving.flatMap(({ ttlMs }) => (typeof ttlMs === 'number' ? [ttlMs] : []));
  const foreverCount = outliving.length - ttls.length;
  const longest = foreverCount > 0 ? 'some never expire' : `the longest for ${span(Math.max(...ttls))}`;
  return {
    kind: 'outlivedIndex',
    severity: 'critical',
    title: 'Entries outlive their index',
    evidence: `The index expires in ${span(indexTtlMs)}; ${count(outliving.length)} of ${count(read.length)} members whose TTL was read stay longer, ${longest}. ${basisOf(sample)}`,
    why: 'Once the index has expired, a purge of this tag finds nothing, and these entries are served until their own TTL ends.',
    firstStep:
      foreverCount > 0
        ? 'Take the TTL from the index (PERSIST), or give those entries one. A repair cannot: no TTL reaches as far as theirs.'
        : 'Repair the tag: it raises the TTL of the index to that of its members. Then have the service that writes it never shorten it (PEXPIRE with GT).',
  };
}

function orphans(sample: TagSample, { orphans: rule }: LayoutTraits): TagFinding | null {
  const { members } = sample;
  const missing = members.filter(({ bytes }) => bytes === null).length;
  if (members.length < LEAST_MEMBERS || missing / members.length < ORPHAN_RATIO) return null;
  return {
    kind: 'orphans',
    severity: 'warning',
    title: `${percent(missing / members.length)} of the members are gone`,
    evidence: `No entry stands behind ${count(missing)} of ${count(members.length)} members. ${basisOf(sample)}`,
    why: 'The index costs memory and time for nothing: each purge, and whoever reads the set, walks through all of it.',
    firstStep:
      typeof rule === 'string'
        ? 'Repair the tag: it takes out what no entry stands behind, after a dry run. Entries that expire leave their names in the index, so that it comes back: repair it now and then, or have the service do it.'
        : `Leave it to the library. ${rule.unsafe}`,
  };
}

function oversized(sample: TagSample, usedMemoryBytes: number | null): TagFinding | null {
  const { memberCount, indexBytes } = sample;
  const isMany = memberCount !== null && memberCount >= OVERSIZED_MEMBERS;
  const ratio = indexBytes === null || usedMemoryBytes === null ? 0 : indexBytes / usedMemoryBytes;
  const isLarge = (indexBytes ?? 0) >= OVERSIZED_LEAST_BYTES && ratio >= OVERSIZED_MEMORY_RATIO;
  if (!isMany && !isLarge) return null;
  const bytes =
    indexBytes === null ? '' : `; the index alone takes ${(indexBytes / 1_024 / 1_024).toFixed(1)} MiB`;
  const share = ratio === 0 ? '' : `, ${percent(ratio)} of the memory in use`;
  return {
    kind: 'oversized',
    severity: 'warning',
    title: isMany ? `${count(memberCount)} members in one tag` : 'An index as large as a cache',
    evidence: `The index lists ${memberCount === null ? 'an unknown number of' : count(memberCount)} members${bytes}${share}. Counted, not estimated.`,
    why: 'A purge of it empties much of the cache at once, and a service that reads the set whole (SMEMBERS) holds Redis for everybody.',
    firstStep:
      'Do not purge it at once: spread the purge. Then give the service a finer tag, such as one for each page or shop.',
  };
}

function danglingReverse(sample: TagSample): TagFinding | null {
  const { members } = sample;
  const dangling = members.filter(({ bytes, hasReverse }) => bytes === null && hasReverse === true).length;
  if (members.length < LEAST_MEMBERS || dangling / members.length < DANGLING_RATIO) return null;
  return {
    kind: 'danglingReverse',
    severity: 'note',
    title: 'Lists of tags without an entry',
    evidence: `For ${count(dangling)} of ${count(members.length)} members the list of their tags is there and the entry is not. ${basisOf(sample)}`,
    why: 'Each takes about as much memory as a small entry, and without a TTL it stays for ever.',
    firstStep:
      'Repair the tag: it removes these lists. Then have the service give them the TTL of their entry.',
  };
}

function noIndexTtl(sample: TagSample, { hasIndexTtl }: LayoutTraits): TagFinding | null {
  if (sample.indexTtlMs !== null || sample.indexBytes === null) return null;
  const read = sample.members.filter(({ ttlMs }) => ttlMs !== undefined);
  const expiring = read.filter(({ ttlMs }) => ttlMs !== null);
  if (expiring.length === 0) return null;
  return {
    kind: 'noIndexTtl',
    severity: hasIndexTtl ? 'warning' : 'note',
    title: 'The index never expires, its members do',
    evidence: `${count(expiring.length)} of ${count(read.length)} members whose TTL was read expire by themselves; the index has none. ${basisOf(sample)}`,
    why: `Names of expired entries stay in the index, which only grows until it is purged${hasIndexTtl ? '' : ': this library keeps it so by design'}.`,
    firstStep: hasIndexTtl
      ? 'Find what took the TTL away: an older version of the library, or PERSIST. The next write of the library gives it one.'
      : 'Nothing at once. A TTL from outside would end before entries that are added later; repair the tag when many members are gone.',
  };
}

function basisOf({ members, isWhole }: TagSample): string {
  return isWhole
    ? 'Every member was looked at.'
    : `By a sample of ${count(members.length)} members, in the order of the hash table.`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}

/** To the unit that an operator thinks in. */
function span(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * 86_400 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
