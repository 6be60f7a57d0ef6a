import { Redis } from 'ioredis';

export interface Crashable {
  readonly client: Redis;
  /** From here on nothing is sent, and no reply arrives: what a process sees of Redis after its end. */
  crash(): void;
  /** Settles when it has crashed. */
  readonly crashed: Promise<void>;
}

export function crashable(client: Redis): Crashable {
  let isCrashed = false;
  let tell: () => void = () => {};
  const crashed = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const never = new Promise<never>(() => {});
  const wrap = (inner: Redis): Redis =>
    new Proxy(inner, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (isCrashed && property !== 'disconnect') return never;
          const result: unknown = Reflect.apply(value, target, args);
          if (result instanceof Promise) {
            return result.then(
              (reply) => (isCrashed ? never : reply),
              (error) => (isCrashed ? never : Promise.reject(error)),
            );
          }
          return property === 'duplicate' && result instanceof Redis ? wrap(result) : result;
        };
      },
    });
  return {
    client: wrap(client),
    crashed,
    crash: () => {
      isCrashed = true;
      tell();
    },
  };
}
