import type { Request } from '#cache/keys/policy.ts';
import { lookUp } from '../lookUp.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';
import { Batch, type ManySource } from './batch.ts';

/**
 * Look-ups of one family at one time, each as `lookUp` would do it: what L1 does not hold and nobody is looking up is read by
 * MGETs of a page of keys (in a Cluster by GETs sent together), and what is missing is loaded by few calls of the source, or one by
 * one where it is null.
 */
export function lookUpMany<Value>(
  around: ReadSurroundings,
  requests: readonly Request<Value>[],
  source: ManySource<Value> | null,
): Promise<Value>[] {
  const batch = source === null ? null : new Batch(around, source);
  // In one turn of the event loop, so that their reads go out together; a key that stands twice joins its own look-up.
  return requests.map((request) => lookUp(around, request, { batch }));
}
