import type { CacheCore } from '#cache/cacheCore.ts';
import { checkTtl, policyOf } from '#cache/keys/entryLives.ts';
import type { Family } from '#cache/keys/family.ts';
import { type FamilyKind, FamilyRequest } from '#cache/keys/familyRequest.ts';
import { KeyNames } from '#cache/keys/keyNames.ts';
import { ANY_FIELD } from '#cache/keys/keyPattern.ts';
import type { FieldValue } from '#cache/keys/keyTemplate.ts';
import { patternOfTemplate } from '#cache/keys/patternOfTemplate.ts';
import type { BesideKeeper, Policy, Request } from '#cache/keys/policy.ts';
import { FamilyLookups } from '#cache/lookups/familyLookups.ts';
import type { PointerCall } from '#cache/lookups/pointerRequest.ts';
import type { MemoryEntry } from '#cache/memory/memoryStore.ts';
import { serveHeld } from '#cache/read/lookUp.ts';
import { decodeEntry, isSameOwner } from '#cache/store/entryFormat.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import { storeWritten, type Written } from '#cache/write/storeWritten.ts';
import type { WrittenBeside } from '#cache/write/writeThrough.ts';
import type { WriteBehindOptions } from '#cache/writeBehind/valueOptions.ts';
import { ValueStore } from '#cache/writeBehind/valueStore.ts';
import type { FamilyCallOptions } from './familyCalls.ts';

/** Of any family: the types of its own are given back by `BoundFamilies`. */
export type Fields = Readonly<Record<string, FieldValue>>;
export type Options = FamilyCallOptions<unknown>;
type AnyRequest = FamilyRequest<string, unknown>;

/** A family together with the core that it works on: makes its keys and requests. */
export class FamilyBinding {
  readonly core: CacheCore;
  readonly declared: Family<string, unknown>;
  readonly pattern: string;
  /** Null = the family has none. */
  readonly lookups: FamilyLookups | null;
  readonly #names: KeyNames;
  readonly #policy: Policy<unknown>;
  readonly #kind: FamilyKind<string, unknown>;
  /** What L1 holds is served as it is: a read of it never starts a refresh. */
  readonly #isServedAsHeld: boolean;

  /** Null = nothing of the family is written behind. */
  readonly values: ValueStore<string, unknown> | null;

  constructor(core: CacheCore, declared: Family<string, unknown>, name: string) {
    const { prefix } = core.settings;
    this.core = core;
    this.declared = declared;
    this.#names = new KeyNames({ prefix, namespace: declared.namespace, versions: core.versions });
    this.pattern = this.#names.patternOf(declared.template);
    this.#policy = policyOf(declared, { pattern: this.pattern, schema: declared.schema });
    this.values = declared.writeBehind === undefined ? null : this.#openValues(name, declared.writeBehind);
    const { values } = this;
    this.#kind = {
      declared,
      policy: this.#policy,
      maxTagsPerEntry: core.settings.maxTagsPerEntry,
      readPending: values === null ? null : (fields) => values.readPending(fields),
    };
    this.#isServedAsHeld =
      core.settings.tracer === null &&
      this.#policy.refreshAheadRatio === null &&
      this.#policy.earlyRefreshBeta === null;
    this.lookups = declared.lookups === undefined ? null : this.#bindLookups();
  }

  /** By the version that is known, or none. */
  sketchKey(fields: Fields): string {
    return this.#names.sketch(this.declared.template, fields);
  }

  /** Of all keys of the family that have these fields. Throws `badField`. */
  patternOf(fields: Readonly<Record<string, FieldValue | undefined>>): string {
    const { template, namespace } = this.declared;
    const pattern = this.core.settings.prefix + patternOfTemplate(template.text, fields);
    return namespace === undefined ? pattern : `${pattern}:v${ANY_FIELD}`;
  }

  /** Null when the version of the namespace must be asked for first. */
  knownRequest(fields: Fields, options: Options | undefined): AnyRequest | null {
    const key = this.#names.known(this.declared.template, fields);
    return key === null ? null : this.#request(key, fields, options);
  }

  /** Looks an entry up; one that L1 holds without making a request of it, which would cost more than the look-up. */
  get(fields: Fields, options: Options | undefined): Promise<unknown> {
    const { core } = this;
    const key = this.#names.known(this.declared.template, fields);
    if (key === null) return this.readRequest(fields, options).then((request) => core.lookUp(request));
    const held = this.#isServedAsHeld ? this.#readHeld(key, fields, options) : undefined;
    if (held !== undefined) return serveHeld(core.reading, this.pattern, held);
    return core.lookUp(this.#request(key, fields, options));
  }

  /** Another owner's is left to the look-up, which counts it. */
  #readHeld(key: string, fields: Fields, options: Options | undefined): MemoryEntry | undefined {
    const held = this.core.memory.readL1(key);
    if (held === undefined) return undefined;
    const owner = ownerHash(options?.owner ?? this.declared.owner?.(fields));
    return isSameOwner(held.header.owner, owner) ? held : undefined;
  }

  async readRequest(fields: Fields, options: Options | undefined): Promise<AnyRequest> {
    return this.#request(await this.#names.read(this.declared.template, fields), fields, options);
  }

  /** For a write or an invalidation, whose key must be the one that Redis has now. */
  async writeRequest(fields: Fields, options: Options | undefined): Promise<AnyRequest> {
    return this.#request(await this.#names.writeKey(this.declared.template, fields), fields, options);
  }

  pointerCall(options: Options | undefined): PointerCall {
    return {
      ttlMs: this.#ttlMs(options),
      owner: ownerHash(options?.owner),
      waitTimeoutMs: options?.waitTimeoutMs,
    };
  }

  /** What a write of the key has to do under the secondary ones; null = nothing. */
  replacing(key: string, options: Options | undefined): WrittenBeside<unknown> | null {
    return this.lookups?.replacing(key, this.pointerCall(options)) ?? null;
  }

  #request(key: string, fields: Fields, options: Options | undefined): AnyRequest {
    const { lookups } = this;
    const keepBeside = (value: unknown, keep: BesideKeeper): Promise<void> =>
      lookups?.keepPointers(value, keep, this.pointerCall(options)) ?? Promise.resolve();
    return new FamilyRequest(this.#kind, {
      key,
      fields,
      ttlMs: this.#ttlMs(options),
      owner: ownerHash(options?.owner ?? this.declared.owner?.(fields)),
      waitTimeoutMs: options?.waitTimeoutMs,
      load: options?.load,
      keepBeside: lookups === null ? null : keepBeside,
    });
  }

  #ttlMs(options: Options | undefined): number {
    const ttlSeconds = options?.ttlSeconds;
    if (ttlSeconds === undefined) return this.declared.ttlSeconds * 1_000;
    checkTtl(ttlSeconds, this.pattern);
    return ttlSeconds * 1_000;
  }

  #openValues(name: string, options: WriteBehindOptions<string, unknown>): ValueStore<string, unknown> {
    const { core, declared } = this;
    const around = {
      ...core.reading,
      bulkhead: core.bulkhead,
      store: <Value>(request: Request<Value>, written: Written<Value>) =>
        storeWritten(core.writing, request, written),
      invalidate: (key: string) => core.invalidate({ kind: 'key', target: key, mode: 'hard', source: 'key' }),
    };
    const { template } = declared;
    const entryKey = (fields: Fields): Promise<string> => this.#names.writeKey(template, fields);
    return new ValueStore(around, { name, pattern: this.pattern, template, options, entryKey });
  }

  #bindLookups(): FamilyLookups {
    const { core, declared } = this;
    const around = {
      primaryRequest: async (pointer: Fields, call: PointerCall) =>
        new FamilyRequest(this.#kind, {
          ...call,
          key: await this.#names.read(declared.template, pointer),
          fields: pointer,
          owner: declared.owner === undefined ? call.owner : ownerHash(declared.owner(pointer)),
          load: undefined,
          keepBeside: null,
        }),
      peekStored: (key: string) => this.#peekStored(key),
      set: core.set.bind(core),
      invalidate: core.invalidate.bind(core),
      reportFailure: (error: unknown) =>
        core.events.emit('fallback', { operation: 'set', code: 'wentWrong', error }),
    };
    return new FamilyLookups(around, declared, { policy: this.#policy, names: this.#names });
  }

  async #peekStored(key: string): Promise<unknown> {
    const held = this.core.memory.readL1(key);
    if (held !== undefined) return held.value;
    const outcome = await this.core.reading.reads.read(key);
    const entry = outcome.isDone && outcome.reply !== null ? decodeEntry(outcome.reply) : null;
    if (entry === null || entry.header.isNegative) return undefined;
    try {
      return this.core.settings.serialiser.decode(entry.payload);
    } catch {
      return undefined;
    }
  }
}
