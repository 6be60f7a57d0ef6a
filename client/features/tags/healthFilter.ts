import { type TagFindingKind, tagFindingKinds } from '#shared/tags/tagFinding.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';

/** A finding in a word or two, for a cell. */
export const findingNames: Record<TagFindingKind, string> = {
  outlivedIndex: 'outlived',
  orphans: 'members gone',
  oversized: 'oversized',
  danglingReverse: 'dangling lists',
  noIndexTtl: 'no TTL',
};

export type HealthFilter = 'all' | 'any' | TagFindingKind;

export const healthOptions: readonly { readonly value: HealthFilter; readonly text: string }[] = [
  { value: 'all', text: 'any' },
  { value: 'any', text: 'with a finding' },
  ...tagFindingKinds.map((kind) => ({ value: kind, text: findingNames[kind] })),
];

export function healthFilter(text: string | undefined): HealthFilter {
  return healthOptions.find(({ value }) => value === text)?.value ?? 'all';
}

export function filterByHealth(tags: readonly TagSummary[], filter: HealthFilter): readonly TagSummary[] {
  if (filter === 'all') return tags;
  return tags.filter(({ health }) =>
    (health?.findings ?? []).some(({ kind }) => filter === 'any' || kind === filter),
  );
}
