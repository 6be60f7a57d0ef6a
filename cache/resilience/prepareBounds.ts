import { CacheError } from '#cache/cacheError.ts';

type Bounds<Name extends string> = Readonly<Record<Name, number>>;

/** The defaults, with what was given instead. Throws `badOptions` unless each is above 0, or 0 where `mayBeZero` names it. */
export function prepareBounds<Name extends string>(
  defaults: Bounds<Name>,
  given: Partial<Bounds<Name>>,
  mayBeZero: readonly NoInfer<Name>[] = [],
): Bounds<Name> {
  const bounds: Bounds<Name> = { ...defaults, ...given };
  for (const name in defaults) {
    const value = bounds[name];
    if (value > 0 || (value === 0 && mayBeZero.includes(name))) continue;
    throw new CacheError('badOptions', `${name} must be above 0, and is ${value}.`);
  }
  return bounds;
}
