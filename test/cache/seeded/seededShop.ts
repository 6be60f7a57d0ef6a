import type { Cluster, Redis } from 'ioredis';
import { type Cache, type CacheOptions, createCache, type Family, family } from '#cache/cache.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';

export interface Row {
  readonly revision: number;
}

export type ShopFamilies = { readonly product: Family<'product:{id}', Row> };

/** A source of rows by id, and what of it has been acknowledged: by a hard invalidation that ended after the change. */
export class RevisedSource {
  readonly revisions = new Map<number, number>();
  readonly acknowledged = new Map<number, number>();
  loadCount = 0;

  change(id: number): number {
    const revision = this.revisionOf(id) + 1;
    this.revisions.set(id, revision);
    return revision;
  }

  revisionOf(id: number): number {
    return this.revisions.get(id) ?? 0;
  }

  acknowledge(id: number, revision: number): void {
    this.acknowledged.set(id, Math.max(revision, this.acknowledgedOf(id)));
  }

  acknowledgedOf(id: number): number {
    return this.acknowledged.get(id) ?? 0;
  }
}

export interface World {
  readonly interleaving: Interleaving;
  readonly source: RevisedSource;
  /** Not held by the interleaving. */
  readonly plain: Redis | Cluster;
  readonly prefix: string;
}

export interface InstanceOptions extends Partial<CacheOptions<ShopFamilies>> {
  readonly name: string;
  /** Compare and set by the revision. */
  readonly isVersioned?: boolean;
  readonly isLeased?: boolean;
}

/** One instance of the service, with loads that others can overtake at both ends. */
export function openInstance(
  world: World,
  client: Redis | Cluster,
  { name, isVersioned = false, isLeased = false, ...options }: InstanceOptions,
): Cache<ShopFamilies> {
  const { interleaving, source, prefix } = world;
  return createCache({
    redis: interleaving.wrap(client, name),
    service: 'shop',
    prefix,
    instance: name,
    random: interleaving.random,
    commandTimeoutMs: 60_000,
    // The time of an interleaving is that of the machine: none of it is slowness of Redis.
    breaker: { slowCallMs: 60_000 },
    ...options,
    families: {
      product: family({
        key: 'product:{id}',
        ttlSeconds: 60,
        lease: isLeased,
        load: async ({ id }): Promise<Row> => {
          source.loadCount += 1;
          await interleaving.step(`${name} load`);
          const revision = source.revisionOf(Number(id));
          await interleaving.step(`${name} loaded`);
          return { revision };
        },
        tags: ({ id }) => ['all', `p${id}`],
        ...(isVersioned ? { version: ({ revision }: Row) => revision } : {}),
      }),
    },
  });
}

/** The revision that Redis holds; null when it holds none. */
export async function storedRevision({ plain, prefix }: World, id: number): Promise<number | null> {
  const bytes = await plain.getBuffer(`${prefix}product:${id}`);
  const entry = bytes === null ? null : decodeEntry(bytes);
  return entry === null ? null : Number(JSON.parse(entry.payload.toString()).revision);
}

export function pick<T>(interleaving: Interleaving, items: readonly T[]): T {
  const item = items[Math.floor(interleaving.random() * items.length)];
  if (item === undefined) throw new Error('There is nothing to pick from.');
  return item;
}

export async function connectThree<Client>(place: {
  connect(): Promise<Client>;
}): Promise<readonly [Client, Client, Client]> {
  return three(await Promise.all([place.connect(), place.connect(), place.connect()]));
}

/** An instance a client, each with a name of its own. */
export function openThree<Client, Instance>(
  clients: readonly [Client, Client, Client],
  open: (client: Client, name: string) => Instance,
): readonly [Instance, Instance, Instance] {
  return three(clients.map((client, index) => open(client, `i${index}`)));
}

/** By position, so that a test can name them. */
function three<T>(items: readonly T[]): readonly [T, T, T] {
  const [first, second, third] = items;
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('Three are needed.');
  return [first, second, third];
}
