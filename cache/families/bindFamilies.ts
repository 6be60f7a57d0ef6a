import { CacheError } from '#cache/cacheError.ts';
import type { Families } from '#cache/keys/family.ts';
import type { Request } from '#cache/keys/policy.ts';
import { findByLookup } from '#cache/lookups/findByLookup.ts';
import { checkValue } from '#cache/read/checkValue.ts';
import { guarded } from '#cache/read/load.ts';
import { lookUpMany } from '#cache/read/many/lookUpMany.ts';
import { writeThrough } from '#cache/write/writeThrough.ts';
import type { FamilyBinding } from './familyBinding.ts';
import type { BoundFamilies, BoundFamily, GetManyOptions, LookupCall, SettledValue } from './familyCalls.ts';
import type { Fields, Options } from './familyRequests.ts';
import { manySource } from './manySource.ts';
import { SharedRefreshes } from './sharedRefreshes.ts';

/** The calls of each family, by its name. The overload says what the loop cannot: each name gets the types of its own family. */
export function bindFamilies<F extends Families>(
  bindings: ReadonlyMap<string, FamilyBinding>,
): BoundFamilies<F>;
export function bindFamilies(
  bindings: ReadonlyMap<string, FamilyBinding>,
): Record<string, BoundFamily<string, unknown>> {
  return Object.fromEntries([...bindings].map(([name, binding]) => [name, bindFamily(binding)]));
}

function bindFamily(binding: FamilyBinding): BoundFamily<string, unknown> {
  return {
    pattern: binding.requests.pattern,
    key: (fields) => binding.requests.sketchKey(fields),
    ...readCalls(binding),
    ...writeCalls(binding),
    ...invalidationCalls(binding),
  };
}

type Bound = BoundFamily<string, unknown>;

function readCalls(binding: FamilyBinding): Pick<Bound, 'get' | 'getBy' | 'getMany' | 'peek' | 'refresh'> {
  const { core } = binding;
  const get = (fields: Fields, options?: Options): Promise<unknown> => {
    try {
      return binding.reads.get(fields, options);
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    get,
    getBy: lookupCalls(binding, get),
    getMany: manyCall(binding),
    peek: (fields, options) => {
      const request = binding.requests.known(fields, options);
      const held = request === null ? undefined : core.memory.readL1(request.key);
      return held !== undefined && request?.owner.equals(held.header.owner) ? held.value : undefined;
    },
    refresh: refreshCall(binding),
  };
}

function refreshCall(binding: FamilyBinding): Bound['refresh'] {
  const { core } = binding;
  const shared = new SharedRefreshes();
  return async (fields, options) => {
    const request = await binding.requests.forWrite(fields, options);
    const refresh = async (begin: () => void): Promise<unknown> => {
      const beside = binding.replacing(request.key, options);
      const run = () => {
        begin();
        return core.reading.guard.run(guarded(request));
      };
      const { value } = await writeThrough(core.writing, request, { run, beside, attempted: null });
      return value;
    };
    const { key, owner, ttlMs, isRepeatable } = request;
    // A loader of the call's own gives what is this caller's alone.
    if (!isRepeatable) return core.track(refresh(() => {}));
    return core.track(shared.run(`${owner.toString('hex')} ${ttlMs} ${key}`, refresh));
  };
}

function lookupCalls(binding: FamilyBinding, get: Bound['get']): Bound['getBy'] {
  const { core, lookups } = binding;
  if (lookups === null) return {};
  const around = {
    lookups,
    lookUp: core.lookUp.bind(core),
    loadAlone: async <Value>(request: Request<Value>) =>
      (await core.reading.guard.run(guarded(request))).value,
  };
  return Object.fromEntries(
    [...lookups.lookups].map(([name, lookup]): [string, LookupCall<string, unknown>] => [
      name,
      async (fields, options) => {
        const request = await lookups.requestOf(lookup, fields, binding.requests.pointerCall(options));
        return findByLookup({ ...around, follow: (pointer) => get(pointer, options) }, lookup, request);
      },
    ]),
  );
}

function manyCall(binding: FamilyBinding): Bound['getMany'] {
  const { core } = binding;
  function getMany(
    list: readonly Fields[],
    options: GetManyOptions & { readonly settle: true },
  ): Promise<SettledValue<unknown>[]>;
  function getMany(list: readonly Fields[], options?: GetManyOptions): Promise<unknown[]>;
  async function getMany(list: readonly Fields[], options?: GetManyOptions): Promise<unknown[]> {
    const known = list.map((fields) => binding.requests.known(fields, options)).filter((one) => one !== null);
    // Without a wait where none is needed, so that who asks next finds these look-ups under way.
    const requests =
      known.length === list.length
        ? known
        : await Promise.all(list.map((fields) => binding.requests.read(fields, options)));
    const fieldsOf = new Map(requests.map((request, index) => [request.key, list[index] ?? {}]));
    const values = lookUpMany(core.reading, requests, manySource(binding, fieldsOf));
    return options?.settle === true ? Promise.all(values.map(settle)) : Promise.all(values);
  }
  return getMany;
}

async function settle(value: Promise<unknown>): Promise<SettledValue<unknown>> {
  try {
    return { state: 'found', value: await value };
  } catch (error) {
    return { state: 'failed', error };
  }
}

function writeCalls(
  binding: FamilyBinding,
): Pick<Bound, 'set' | 'setMany' | 'put' | 'write' | 'writeBehindSnapshot'> {
  const { core, declared, values } = binding;
  const set: Bound['set'] = async (fields, value, options) => {
    const request = await binding.requests.forWrite(fields, options);
    const beside = binding.replacing(request.key, options);
    if (beside === null) return core.set(request, value);
    const checked = await checkValue(request, value);
    await beside.readBefore();
    const result = await core.set(request, checked);
    // What is in place of an outdated value has pointers of its own.
    if (result.state !== 'outdated') await core.track(beside.write(checked));
    return result;
  };
  return {
    set,
    setMany: (pairs, options) => Promise.all(pairs.map(([fields, value]) => set(fields, value, options))),
    put: async (fields, value, options) => {
      if (declared.write === undefined) {
        throw new CacheError(
          'unsupported',
          `${binding.requests.pattern}: a family without "write" has no put.`,
        );
      }
      const request = await binding.requests.forWrite(fields, options);
      const checked = await checkValue(request, value);
      const beside = binding.replacing(request.key, options);
      const run = async () => {
        const given: unknown = await declared.write?.(fields, checked, core.signal);
        return { value: given === undefined ? checked : given, loadMs: 0, isSure: true };
      };
      return core.track(writeThrough(core.writing, request, { run, beside, attempted: { value: checked } }));
    },
    write: writeBehindCall(binding),
    writeBehindSnapshot: async () => values?.snapshot() ?? null,
  };
}

function writeBehindCall(binding: FamilyBinding): Bound['write'] {
  const { core, values } = binding;
  return async (fields, value, options) => {
    if (values === null) {
      throw new CacheError(
        'unsupported',
        `${binding.requests.pattern}: a family without "writeBehind" has no write.`,
      );
    }
    const request = await binding.requests.forWrite(fields, options);
    const beside = binding.replacing(request.key, options);
    if (beside === null) return core.track(values.write(request, fields, value));
    const checked = await checkValue(request, value);
    const write = async () => {
      await beside.readBefore();
      const result = await values.write(request, fields, checked);
      // Also of what is not known to be queued: a pointer is a hint, and the value says whether it belongs there.
      await beside.write(checked);
      return result;
    };
    return core.track(write());
  };
}

function invalidationCalls(binding: FamilyBinding): Pick<Bound, 'delete' | 'invalidateAll'> {
  const { core, lookups } = binding;
  return {
    delete: async (fields, { mode = 'hard' } = {}) => {
      const { key } = await binding.requests.forWrite(fields, undefined);
      const pointers = mode === 'hard' ? ((await lookups?.keysBefore(key)) ?? []) : [];
      const removal = core.invalidate({ kind: 'key', target: key, mode, source: 'key' });
      if (lookups !== null) await core.track(lookups.remove(pointers));
      return removal;
    },
    invalidateAll: async (fields = {}, { mode = 'hard' } = {}) =>
      core.invalidate({
        kind: 'pattern',
        target: binding.requests.patternOf(fields),
        mode,
        source: 'pattern',
      }),
  };
}
