import type { TagSizes } from '#shared/tags/tagGrowth.ts';

/** Sizes that are kept of one tag; when there are more, every second one goes, but never the first. */
const MAX_POINTS = 24;
/** Tags whose sizes are kept, the largest: some 24 numbers each. */
const MAX_TAGS = 5_000;
/** Walks that end sooner after each other leave one size. */
const APART_MS = 60_000;

type Point = TagSizes[number];

/** How many entries each tag listed at the end of each walk, since this server started. In memory only, and bounded. */
export class TagSizeHistory {
  #byTag = new Map<string, Point[]>();

  /** Takes in a whole walk; tags that it did not find are forgotten. */
  record(sizes: ReadonlyMap<string, number>, atMs: number): void {
    const largest = [...sizes].toSorted(([, a], [, b]) => b - a).slice(0, MAX_TAGS);
    this.#byTag = new Map(
      largest.map(([tagKey, memberCount]) => [
        tagKey,
        withPoint(this.#byTag.get(tagKey) ?? [], { atMs, memberCount }),
      ]),
    );
  }

  /** The oldest first; empty when no walk saw the tag. */
  of(tagKey: string): TagSizes {
    return this.#byTag.get(tagKey) ?? [];
  }
}

function withPoint(points: readonly Point[], point: Point): Point[] {
  const last = points.at(-1);
  // The first stays, so that it is known since when.
  const isNear = points.length > 1 && last !== undefined && point.atMs - last.atMs < APART_MS;
  const all = [...(isNear ? points.slice(0, -1) : points), point];
  return all.length <= MAX_POINTS
    ? all
    : all.filter((_, at) => at === 0 || at === all.length - 1 || at % 2 === 0);
}
