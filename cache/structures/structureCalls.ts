import { HashStructure } from './hashStructure.ts';
import { ListStructure } from './listStructure.ts';
import { SortedSetStructure } from './sortedSetStructure.ts';
import {
  checkCount,
  StructureAccess,
  type StructureOptions,
  type StructureSurroundings,
} from './structureAccess.ts';

import { StructureCallKeys } from './structureCallKeys.ts';

export interface SortedSetOptions extends StructureOptions {
  /** Above it the lowest scores go. @default no bound */
  readonly maxMembers?: number;
}

export interface ListOptions extends StructureOptions {
  /** Above it the oldest items go. */
  readonly maxLength: number;
}

/**
 * Small structures of a service in Redis, beside its entries: under its prefix, with a TTL, gone with it or when they are
 * deleted (by an invalidation of a pattern, too). They have no source and no L1: what Redis loses is lost. Each is one key,
 * so they work in a Cluster as they are. All calls give their failures as values; they throw `badField`, `reservedKey` and
 * `badOptions` for arguments that are none.
 */
export interface StructureCalls {
  /**
   * Handle of a hash; costs nothing until it is used. The type is the writer's word.
   *
   *     const basket = cache.hash<number>(`basket:${userId}`, { ttlSeconds: 86_400 });
   *     await basket.increment('sku-1');
   */
  hash<Item>(key: string, options: StructureOptions): HashStructure<Item>;
  /** Handle of a sorted set of texts. */
  sortedSet(key: string, options: SortedSetOptions): SortedSetStructure;
  /** Handle of a list, the newest items first. */
  list<Item>(key: string, options: ListOptions): ListStructure<Item>;
}

export interface StructureCallsSurroundings extends Omit<StructureSurroundings, 'calls'> {
  /** Another in each process, also after a restart. */
  readonly instance: string;
}

export function structureCalls(given: StructureCallsSurroundings): StructureCalls {
  const { prefix, instance, transport } = given;
  const around = {
    ...given,
    calls: new StructureCallKeys({ prefix, instance, isCluster: transport.isCluster }),
  };
  return {
    hash: (key, options) => new HashStructure(new StructureAccess(around, key, options)),
    sortedSet: (key, options) => {
      const { maxMembers } = options;
      if (maxMembers !== undefined) checkCount('maxMembers', maxMembers, Number.MAX_SAFE_INTEGER);
      return new SortedSetStructure(new StructureAccess(around, key, options), maxMembers ?? null);
    },
    list: (key, options) => {
      checkCount('maxLength', options.maxLength, Number.MAX_SAFE_INTEGER);
      return new ListStructure(new StructureAccess(around, key, options), options.maxLength);
    },
  };
}
