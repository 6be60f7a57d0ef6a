import { commandLabel } from './commandLabel.ts';
import type { HeldConnection } from './heldConnection.ts';

/** A pipeline or MULTI that is sent as one step, under the names of its commands. */
export function holdPipeline(pipeline: object, kind: string, connection: HeldConnection): object {
  const labels: string[] = [];
  const held: object = new Proxy(pipeline, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof property !== 'string' || typeof value !== 'function') return value;
      if (property === 'exec' || property === 'execBuffer')
        return (...args: unknown[]) =>
          connection.hold({
            label: `${kind}(${labels.join(', ')})`,
            isBlocking: false,
            send: () => Reflect.apply(value, target, args),
          });
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        if (result !== target) return result;
        labels.push(commandLabel(property, args));
        return held;
      };
    },
  });
  return held;
}
