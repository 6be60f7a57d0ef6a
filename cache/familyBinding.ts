import type { FamilyCallOptions } from './boundFamily.ts';
import type { CacheCore } from './cacheCore.ts';
import { checkTtl, policyOf } from './keys/entryLives.ts';
import type { Family } from './keys/family.ts';
import { type FamilyKind, FamilyRequest } from './keys/familyRequest.ts';
import { KeyNames } from './keys/keyNames.ts';
import type { FieldValue } from './keys/keyTemplate.ts';
import { ownerHash } from './keys/ownerHash.ts';
import type { BesideKeeper, Policy } from './keys/policy.ts';
import { FamilyLookups } from './lookups/familyLookups.ts';
import type { PointerCall } from './lookups/pointerRequest.ts';
import type { MemoryEntry } from './memory/memoryStore.ts';
import { serveHeld } from './read/lookUp.ts';
import { decodeEntry, isSameOwner } from './store/entryFormat.ts';
import type { WrittenBeside } from './write/writeThrough.ts';

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

  constructor(core: CacheCore, declared: Family<string, unknown>) {
    const { prefix } = core.settings;
    this.core = core;
    this.declared = declared;
    this.#names = new KeyNames({ prefix, namespace: declared.namespace, versions: core.versions });
    this.pattern = this.#names.patternOf(declared.template);
    this.#policy = policyOf(declared, { pattern: this.pattern, schema: declared.schema });
    this.#kind = { declared, policy: this.#policy, maxTagsPerEntry: core.settings.maxTagsPerEntry };
    this.#isServedAsHeld = this.#policy.refreshAheadRatio === null && this.#policy.earlyRefreshBeta === null;
    this.lookups = declared.lookups === undefined ? null : this.#bindLookups();
  }

  /** By the version that is known, or none. */
  sketchKey(fields: Fields): string {
    return this.#names.sketch(this.declared.template, fields);
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
