import type { CacheCore } from '#cache/cacheCore.ts';
import { policyOf } from '#cache/keys/entryLives.ts';
import type { Family } from '#cache/keys/family.ts';
import { KeyNames } from '#cache/keys/keyNames.ts';
import type { FamilyLookups } from '#cache/lookups/familyLookups.ts';
import type { WrittenBeside } from '#cache/write/writeThrough.ts';
import type { ValueStore } from '#cache/writeBehind/valueStore.ts';
import { FamilyReads } from './familyReads.ts';
import { FamilyRequests, type Options } from './familyRequests.ts';
import { openLookups } from './openLookups.ts';
import { openValues } from './openValues.ts';

/** A family together with the core that it works on: the parts that its calls are made of. */
export class FamilyBinding {
  readonly core: CacheCore;
  readonly declared: Family<string, unknown>;
  readonly requests: FamilyRequests;
  readonly reads: FamilyReads;
  /** Null = the family has none. */
  readonly lookups: FamilyLookups | null;
  /** Null = nothing of the family is written behind. */
  readonly values: ValueStore<string, unknown> | null;

  constructor(core: CacheCore, declared: Family<string, unknown>, name: string) {
    const { prefix, maxTagsPerEntry } = core.settings;
    const names = new KeyNames({ prefix, namespace: declared.namespace, versions: core.versions });
    const pattern = names.patternOf(declared.template);
    const policy = policyOf(declared, { pattern, schema: declared.schema });
    const values = openValues(core, declared, { name, pattern, names });
    const readPending = values === null ? null : values.readPending.bind(values);
    const kind = { declared, policy, maxTagsPerEntry, readPending };
    this.core = core;
    this.declared = declared;
    this.values = values;
    this.lookups = openLookups(core, kind, names);
    this.requests = new FamilyRequests({ prefix, names, kind, lookups: this.lookups });
    this.reads = new FamilyReads(core, this.requests, policy);
  }

  /** What a write of the key has to do under the secondary ones; null = nothing. */
  replacing(key: string, options: Options | undefined): WrittenBeside<unknown> | null {
    return this.lookups?.replacing(key, this.requests.pointerCall(options)) ?? null;
  }
}
