import { CacheError } from '#cache/cacheError.ts';
import { checkTags } from '#cache/write/tagLimits.ts';
import { checkVersion } from './entryLives.ts';
import type { Family } from './family.ts';
import type { FieldsOf } from './keyTemplate.ts';
import type { BesideKeeper, Policy, Request } from './policy.ts';

/** The value that is on its way to the source and not there yet; `unknown` = Redis did not say whether there is one. */
export type Pending<Value> = { readonly value: Value } | 'none' | 'unknown';

/** What is the same for all requests of a family. */
export interface FamilyKind<Template extends string, Value> {
  readonly declared: Family<Template, Value>;
  readonly policy: Policy<Value>;
  readonly maxTagsPerEntry: number;
  /** Null = nothing is written behind. */
  readonly readPending: ((fields: FieldsOf<Template>) => Promise<Pending<Value>>) | null;
}

/** What one call adds. */
export interface FamilyCall<Template extends string, Value> {
  readonly key: string;
  readonly fields: FieldsOf<Template>;
  readonly ttlMs: number;
  readonly owner: Buffer;
  readonly waitTimeoutMs: number | undefined;
  /** In place of the family's loader. */
  readonly load: ((signal: AbortSignal) => Promise<Value>) | undefined;
  /** Keeps what goes with a loaded value under other keys; absent or null = nothing does. */
  readonly keepBeside?: ((value: Value, keep: BesideKeeper) => Promise<unknown>) | null;
}

/** A request for one entry of a family. */
export class FamilyRequest<Template extends string, Value> implements Request<Value> {
  readonly key: string;
  readonly policy: Policy<Value>;
  readonly ttlMs: number;
  readonly owner: Buffer;
  readonly waitTimeoutMs: number | undefined;
  readonly #kind: FamilyKind<Template, Value>;
  readonly #call: FamilyCall<Template, Value>;
  readonly keepBeside?: (value: Value, keep: BesideKeeper) => Promise<unknown>;

  constructor(kind: FamilyKind<Template, Value>, call: FamilyCall<Template, Value>) {
    this.key = call.key;
    this.policy = kind.policy;
    this.ttlMs = call.ttlMs;
    this.owner = call.owner;
    this.waitTimeoutMs = call.waitTimeoutMs;
    this.#kind = kind;
    this.#call = call;
    const { keepBeside = null } = call;
    if (keepBeside !== null) this.keepBeside = keepBeside;
  }

  get isRepeatable(): boolean {
    return this.#call.load === undefined;
  }

  get hasTags(): boolean {
    return this.#kind.declared.tags !== undefined;
  }

  async load(signal: AbortSignal, doubt: () => void): Promise<Value> {
    const { load, fields } = this.#call;
    if (load !== undefined) return load(signal);
    const { declared, readPending } = this.#kind;
    const pending = readPending === null ? 'none' : await readPending(fields);
    if (typeof pending === 'object') return pending.value;
    if (pending === 'unknown') doubt();
    return declared.load(fields, signal);
  }

  tagsOf(value: Value): readonly string[] | null {
    const { declared, maxTagsPerEntry } = this.#kind;
    const tags = declared.tags?.(this.#call.fields, value);
    return tags === undefined ? null : checkTags(tags, maxTagsPerEntry);
  }

  versionOf(value: Value): number {
    const { declared, policy } = this.#kind;
    return declared.version === undefined ? 0 : checkVersion(declared.version(value), policy.pattern);
  }
}

/** A request of a call that has no family. */
export class PlainRequest<Value> implements Request<Value> {
  readonly key: string;
  readonly policy: Policy<Value>;
  readonly ttlMs: number;
  readonly owner: Buffer;
  readonly waitTimeoutMs: number | undefined;
  readonly #tags: readonly string[] | null;
  readonly #load: ((signal: AbortSignal) => Promise<Value>) | null;

  constructor(
    request: Pick<Request<Value>, 'key' | 'policy' | 'ttlMs' | 'owner' | 'waitTimeoutMs'>,
    {
      tags,
      load,
    }: {
      readonly tags: readonly string[] | null;
      readonly load: ((signal: AbortSignal) => Promise<Value>) | null;
    },
  ) {
    this.key = request.key;
    this.policy = request.policy;
    this.ttlMs = request.ttlMs;
    this.owner = request.owner;
    this.waitTimeoutMs = request.waitTimeoutMs;
    this.#tags = tags;
    this.#load = load;
  }

  get isRepeatable(): boolean {
    return false;
  }

  get hasTags(): boolean {
    return this.#tags !== null;
  }

  load(signal: AbortSignal): Promise<Value> {
    if (this.#load !== null) return this.#load(signal);
    throw new CacheError('unsupported', 'A key without a family has no loader.', { key: this.key });
  }

  tagsOf(): readonly string[] | null {
    return this.#tags;
  }

  versionOf(): number {
    return 0;
  }
}
