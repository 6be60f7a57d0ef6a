import type { Cluster, Redis } from 'ioredis';
import { CacheCore } from '#cache/cacheCore.ts';
import { type CacheOptions, prepareSettings } from '#cache/cacheOptions.ts';
import { policyOf } from '#cache/keys/entryLives.ts';
import type { Families } from '#cache/keys/family.ts';
import { KeyTemplate } from '#cache/keys/keyTemplate.ts';
import { PatternNames } from '#cache/keys/patternNames.ts';
import type { Request } from '#cache/keys/policy.ts';
import { ownerHash } from '#cache/store/ownerHash.ts';
import { storeWritten } from '#cache/write/storeWritten.ts';
import type { ValueChange } from '#cache/writeBehind/valueOptions.ts';
import { ValueStore } from '#cache/writeBehind/valueStore.ts';

export type ProfileChange = ValueChange<'profile:{id}', string>;

/** The whole name of what the library keeps for it. */
export const own = (name: string): string => `shop:cachescope:{write-behind:profile}:${name}`;

/** A source of texts that refuses a change older than what it has. */
export class Shelf {
  readonly values = new Map<string, string>();
  readonly delivered: ProfileChange[] = [];
  isDown = false;
  readonly #lastIds = new Map<string, string>();

  async apply(changes: readonly ProfileChange[]): Promise<void> {
    if (this.isDown) throw new Error('the source is down');
    for (const change of changes) {
      this.delivered.push(change);
      const id = String(change.fields.id);
      if ((this.#lastIds.get(id) ?? '') > change.id) continue;
      this.#lastIds.set(id, change.id);
      this.values.set(id, change.value);
    }
  }
}

interface ProfileOptions extends Partial<CacheOptions<Families>> {
  readonly shelf: Shelf;
  readonly flush?: (changes: readonly ProfileChange[]) => Promise<void>;
  readonly load?: (id: string) => Promise<string | undefined>;
  readonly pause?: (ms: number) => Promise<void>;
  /** Queues values and then does nothing more, as a process that dies there. */
  readonly diesBeforeStore?: boolean;
}

/** One instance with a family written behind; its timers run only when they are started. */
export function openProfiles(redis: Redis | Cluster, options: ProfileOptions) {
  const { shelf, pause = async () => {}, load = async (id) => shelf.values.get(id) } = options;
  const settings = prepareSettings(
    { redis, service: 'shop', families: {}, random: () => 0.5, ...options },
    [],
  );
  const core = new CacheCore(settings, new PatternNames(settings.prefix, {}));
  core.start();
  const template = new KeyTemplate('profile:{id}');
  const lives = policyOf<string | undefined>(
    { ttlSeconds: 600 },
    { pattern: 'shop:profile:{id}', schema: undefined },
  );
  const keyOf = (id: string | number) => settings.prefix + template.build({ id });
  const requestOf = (id: string | number): Request<string | undefined> => ({
    ...{
      key: keyOf(id),
      policy: lives,
      ttlMs: 600_000,
      owner: ownerHash(undefined),
      waitTimeoutMs: undefined,
    },
    ...{ hasTags: false, isRepeatable: true, tagsOf: () => null, versionOf: () => 0 },
    load: async (_, doubt) => {
      const queued = await store.readPending({ id });
      if (queued === 'unknown') doubt();
      return typeof queued === 'object' ? queued.value : load(String(id));
    },
  });
  const store: ValueStore<'profile:{id}', string | undefined> = new ValueStore(
    {
      ...{ transport: core.transport, events: core.events, entries: core.entries, bulkhead: core.bulkhead },
      ...{ prefix: settings.prefix, instance: core.reading.instance, serialiser: settings.serialiser },
      ...{ clock: options.clock ?? Date.now, random: settings.random, pause },
      store: (request, written) =>
        options.diesBeforeStore === true
          ? new Promise(() => {})
          : storeWritten(core.writing, request, written),
      invalidate: (target) => core.invalidate({ kind: 'key', target, mode: 'hard', source: 'key' }),
    },
    {
      name: 'profile',
      pattern: 'shop:profile:{id}',
      template,
      options: {
        flush: async (changes) => {
          const some = changes.flatMap((change) =>
            change.value === undefined ? [] : [{ ...change, value: change.value }],
          );
          await (options.flush ?? ((all) => shelf.apply(all)))(some);
        },
      },
      entryKey: async ({ id }) => keyOf(id),
    },
  );
  return {
    store,
    core,
    write: (id: string | number, value: string) => store.write(requestOf(id), { id }, value),
    get: (id: string | number) => core.lookUp(requestOf(id)),
  };
}
