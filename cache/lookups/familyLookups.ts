import { CacheError } from '#cache/cacheError.ts';
import type { Invalidation, InvalidationResult } from '#cache/invalidate/invalidation.ts';
import { absent } from '#cache/keys/absent.ts';
import type { Family } from '#cache/keys/family.ts';
import type { KeyNames } from '#cache/keys/keyNames.ts';
import type { KeyTemplate } from '#cache/keys/keyTemplate.ts';
import { isFound, type Lookup } from '#cache/keys/lookup.ts';
import type { BesideKeeper, Policy, Request } from '#cache/keys/policy.ts';
import { checkValue } from '#cache/read/checkValue.ts';
import type { WrittenBeside } from '#cache/write/writeThrough.ts';
import { type Pointer, PointerForm } from './pointer.ts';
import { type PointerCall, PointerRequest } from './pointerRequest.ts';

export interface LookupSurroundings {
  /** The request for an entry by the fields of the family's own key, which keeps nothing beside it. */
  primaryRequest(pointer: Pointer, call: PointerCall): Promise<Request<unknown>>;
  /** The value that the cache holds under a key, without counting it as a look-up; undefined = none, or unknown. */
  peekStored(key: string): Promise<unknown>;
  set(request: Request<Pointer | undefined>, pointer: Pointer): Promise<unknown>;
  invalidate(invalidation: Invalidation): Promise<InvalidationResult>;
  /** Tells of secondary keys that could not be found out. */
  reportFailure(error: unknown): void;
}

export interface BoundLookup {
  readonly declared: Lookup<string, unknown>;
  readonly template: KeyTemplate;
  readonly form: PointerForm;
  readonly policy: Policy<Pointer | undefined>;
}

/**
 * The secondary keys of one family. An entry under one holds a pointer, the fields of the family's own key. A pointer is a hint:
 * who follows it asks the value whether it still belongs there, so that one left behind can only cost a load.
 */
export class FamilyLookups {
  readonly lookups: ReadonlyMap<string, BoundLookup>;
  readonly #around: LookupSurroundings;
  readonly #declared: Family<string, unknown>;
  readonly #policy: Policy<unknown>;
  readonly #names: KeyNames;
  readonly #form: PointerForm;
  /** Values that were loaded together with their pointers: all who share a load get the same pointer. */
  readonly #loaded = new WeakMap<Pointer, { readonly value: unknown }>();

  constructor(
    around: LookupSurroundings,
    declared: Family<string, unknown>,
    { policy, names }: { readonly policy: Policy<unknown>; readonly names: KeyNames },
  ) {
    this.#around = around;
    this.#declared = declared;
    this.#policy = policy;
    this.#names = names;
    this.#form = new PointerForm(declared.template);
    this.lookups = new Map(
      Object.entries(declared.lookups ?? {}).map(([name, lookup]) => {
        const template = declared.lookupTemplates.get(name) ?? declared.template;
        const form = new PointerForm(template);
        return [name, { declared: lookup, template, form, policy: this.#pointerPolicy(template) }];
      }),
    );
  }

  /** The value that was loaded for this pointer just now; undefined when the pointer comes from the cache. */
  loadedWith(pointer: Pointer): { readonly value: unknown } | undefined {
    return this.#loaded.get(pointer);
  }

  /** True when the value says of itself that it is found there. */
  async isAt(lookup: BoundLookup, key: string, value: unknown): Promise<boolean> {
    return isFound(value) && (await this.#keyOf(lookup, value)) === key;
  }

  async requestOf(lookup: BoundLookup, fields: object, call: PointerCall): Promise<PointerRequest> {
    // What has not all fields is refused when the key is built.
    const parsed = lookup.form.parse(fields) ?? {};
    const key = await this.#names.read(lookup.template, parsed);
    return this.#requestAt(lookup, key, { call, fields: parsed });
  }

  /** Keeps the pointers to a value that was loaded by the family's own key. */
  async keepPointers(value: unknown, keep: BesideKeeper, call: PointerCall): Promise<void> {
    if (!isFound(value)) return;
    const { pointer, requests } = await this.#pointersTo(value, call);
    await Promise.all(requests.map((request) => keep(request, pointer)));
  }

  /** Puts the pointers to a new value in the place of those to the one that it replaces. */
  replacing(key: string, call: PointerCall): WrittenBeside<unknown> {
    let before: readonly string[] = [];
    return {
      readBefore: async () => {
        before = await this.keysBefore(key);
      },
      write: async (value) => {
        const { pointer, requests } = await this.#pointersOrNone(value, call);
        const kept = new Set(requests.map((request) => request.key));
        await Promise.all([
          ...requests.map((request) => this.#around.set(request, pointer)),
          this.remove(before.filter((one) => !kept.has(one))),
        ]);
      },
      forget: async (value) => {
        const { requests } = await this.#pointersOrNone(value, call);
        await this.remove(requests.map((request) => request.key));
      },
    };
  }

  /** The secondary keys of the value that the cache holds under a key of the family; none when it is unknown. */
  async keysBefore(key: string): Promise<readonly string[]> {
    const value = await this.#around.peekStored(key);
    if (!isFound(value)) return [];
    try {
      const keys = await Promise.all([...this.lookups.values()].map((lookup) => this.#keyOf(lookup, value)));
      return keys.filter((one) => one !== null);
    } catch {
      // A value of an older release, which no longer fits the rules.
      return [];
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map((target) => this.#around.invalidate({ kind: 'key', target, mode: 'hard', source: 'key' })),
    );
  }

  async #pointersOrNone(value: unknown, call: PointerCall) {
    try {
      if (isFound(value)) return await this.#pointersTo(value, call);
    } catch (error) {
      this.#around.reportFailure(error);
    }
    return { pointer: {}, requests: [] };
  }

  async #pointersTo(value: unknown, call: PointerCall) {
    const pointer = this.#pointerOf(value);
    const found = [...this.lookups.values()].map(async (lookup) => {
      const key = await this.#keyOf(lookup, value);
      return key === null ? [] : [this.#requestAt(lookup, key, { call, fields: {} })];
    });
    return { pointer, requests: (await Promise.all(found)).flat() };
  }

  #requestAt(
    lookup: BoundLookup,
    key: string,
    { call, fields }: { readonly call: PointerCall; readonly fields: Pointer },
  ): PointerRequest {
    const source = {
      key,
      policy: lookup.policy,
      load: (signal: AbortSignal, doubt: () => void) =>
        this.#load(lookup, { key, call, fields }, { signal, doubt }),
      keepBeside: async (pointer: Pointer | undefined, keep: BesideKeeper) => {
        const loaded = pointer && this.#loaded.get(pointer);
        if (pointer === undefined || loaded === undefined) return;
        const primary = await this.#around.primaryRequest(pointer, call);
        const { requests } = await this.#pointersTo(loaded.value, call);
        const others = requests.filter((request) => request.key !== key);
        await Promise.all([
          keep(primary, loaded.value),
          ...others.map((request) => keep<Pointer | undefined>(request, pointer)),
        ]);
      },
    };
    return new PointerRequest(source, call);
  }

  async #load(
    lookup: BoundLookup,
    { key, call, fields }: { readonly key: string; readonly call: PointerCall; readonly fields: Pointer },
    { signal, doubt }: { readonly signal: AbortSignal; readonly doubt: () => void },
  ): Promise<Pointer | undefined> {
    const found = await lookup.declared.load(fields, signal);
    if (!isFound(found)) return absent<undefined>();
    const pointer = this.#pointerOf(found);
    let value: unknown = found;
    if (this.#declared.writeBehind !== undefined) {
      // What was found may lack a change that is queued, or was until just now: only who looks at the queue first is sure.
      const primary = await this.#around.primaryRequest(pointer, call);
      value = await primary.load(signal, doubt);
      if (!(await this.isAt(lookup, key, value))) return absent<undefined>();
    }
    const primaryKey = this.#names.sketch(this.#declared.template, pointer);
    this.#loaded.set(pointer, { value: await checkValue({ policy: this.#policy, key: primaryKey }, value) });
    return pointer;
  }

  #pointerOf(value: unknown): Pointer {
    const pointer = this.#form.parse(this.#declared.primaryFields?.(value));
    if (pointer !== null) return pointer;
    throw new CacheError('badField', `${this.#declared.key}: primaryFields must give each of its fields.`);
  }

  /** Null = the value is not found this way. */
  async #keyOf({ declared, template }: BoundLookup, value: unknown): Promise<string | null> {
    const fields = declared.fieldsOf(value);
    return fields === null ? null : this.#names.read(template, fields);
  }

  /** Pointers live like what they lead to. They are not refreshed early: that of the entry itself is enough. */
  #pointerPolicy(template: KeyTemplate): Policy<Pointer | undefined> {
    return {
      ...this.#policy,
      pattern: this.#names.patternOf(template),
      schema: this.#form.schema,
      refreshAheadRatio: null,
      earlyRefreshBeta: null,
    };
  }
}
