import { asAppError } from '#server/redis/faults/asAppError.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { ListedTag } from '#server/tags/directory/describeTags.ts';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { type SampleBudget, sampleTag } from '#server/tags/health/sampleTag.ts';
import { deriveTagLook, type TagLook } from '#server/tags/health/tagLook.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import { AppError } from '#shared/errorCodes.ts';
import { parseKey } from '#shared/keyText.ts';
import type { Snapshot } from '#shared/snapshot.ts';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import type { TagHealth, TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { TurnQueue } from '../keys/turnQueue.ts';
import { deriveTagDetail } from './deriveTagDetail.ts';
import { type PatternsByName, scaledCounts, tagHits } from './deriveTagHits.ts';

/** Shares to within 3 points; some 3 ms of the server, and 1,000 look-ups of our own, which are subtracted. */
const BUDGET: SampleBudget = { memberCount: 1_000, ttlCount: 1_000 };
/** Whoever asks for the same tag within this gets the same look. */
const SHARED_FOR_MS = 1_000;
const MAX_SHARED = 20;

export interface TagDeskOptions {
  readonly connection: RedisConnection;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly patternOf: (keyText: string) => string;
  readonly snapshot: () => Snapshot;
}

/** What people ask of tags. One desk serves all viewers. */
export class TagDesk {
  readonly #options: TagDeskOptions;
  readonly #directory: TagDirectory;
  readonly #turns = new TurnQueue();
  readonly #shared = new Map<string, { readonly atMs: number; readonly detail: Promise<TagDetail> }>();

  constructor(options: TagDeskOptions) {
    this.#options = options;
    this.#directory = new TagDirectory({ ...options, lookParts: () => this.#lookParts() });
  }

  /** The tags that were found so far, with what is known of each. Rejects with `AppError` redisUnreachable or redisRefused. */
  async list(search: string): Promise<TagList> {
    const { tags, ...list } = await this.#directory.list(search);
    const patterns = this.#patterns();
    return { ...list, tags: tags.map((tag) => withHealth(tag, patterns)) };
  }

  /** A look at up to 1,000 members of one tag. Rejects with `AppError` badInput, notFound, busy, redisUnreachable or redisRefused. */
  detail(layout: string, tagKey: string): Promise<TagDetail> {
    const name = `${layout} ${tagKey}`;
    const nowMs = this.#options.nowMs();
    const shared = this.#shared.get(name);
    if (shared !== undefined && nowMs - shared.atMs < SHARED_FOR_MS) return shared.detail;
    const detail = this.#turns.take(() => this.#read(layout, tagKey));
    this.#shared.set(name, { atMs: nowMs, detail });
    // What failed is asked again by whoever comes next.
    detail.catch(() => this.#shared.delete(name));
    const [oldest] = this.#shared.keys();
    if (this.#shared.size > MAX_SHARED && oldest !== undefined) this.#shared.delete(oldest);
    return detail;
  }

  close(): void {
    this.#directory.close();
  }

  async #read(layoutId: string, tagKeyText: string): Promise<TagDetail> {
    const { connection, nowMs, patternOf } = this.#options;
    const layout = tagLayouts.find(({ id }) => id === layoutId);
    if (layout === undefined) {
      throw new AppError('badInput', `There is no tag layout ${layoutId} that keeps a list of entries.`);
    }
    const tagKey = Buffer.from(parseKey(tagKeyText));
    try {
      const index = await layout.open(connection, tagKey);
      const sample = index === null ? null : await sampleTag(connection, index, { budget: BUDGET, nowMs });
      if (index === null || sample === null) {
        throw new AppError('notFound', `There is no tag of ${layout.name} under ${tagKeyText} (any more).`);
      }
      const look = deriveTagLook(index, sample, this.#lookParts());
      const sizes = this.#directory.sizesOf(tagKey);
      return deriveTagDetail(index, { look, sample, sizes, patternOf, patterns: this.#patterns() });
    } catch (error) {
      throw asAppError(error);
    }
  }

  #lookParts() {
    const { patternOf, snapshot } = this.#options;
    const facts = snapshot().nodes[0]?.facts;
    return { patternOf, usedMemoryBytes: facts?.state === 'known' ? facts.value.usedMemoryBytes : null };
  }

  #patterns(): PatternsByName {
    return new Map(this.#options.snapshot().patterns.map((pattern) => [pattern.pattern, pattern]));
  }
}

function withHealth({ look, ...tag }: ListedTag, patterns: PatternsByName): TagSummary {
  return { ...tag, health: look === null ? null : healthOf(look, patterns) };
}

function healthOf(look: TagLook, patterns: PatternsByName): TagHealth {
  return {
    lookedAtMs: look.atMs,
    sampledCount: look.sampledCount,
    orphans: look.orphans,
    bytes: look.bytes,
    findings: look.findings.map(({ kind, severity }) => ({ kind, severity })),
    hitsPerSecond: tagHits(patterns, scaledCounts(look.patternCounts, look)),
  };
}
