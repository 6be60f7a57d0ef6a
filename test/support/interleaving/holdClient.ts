import { Cluster, Redis } from 'ioredis';
import { commandLabel, isBlocking } from './commandLabel.ts';
import { HeldConnection } from './heldConnection.ts';
import { holdPipeline } from './holdPipeline.ts';
import type { StepScheduler } from './stepScheduler.ts';

type Method = (...args: unknown[]) => unknown;

const LISTEN = new Set(['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']);
const UNLISTEN = new Set(['off', 'removeListener']);
const MESSAGES = /^[ps]?message(Buffer)?$/;

/** The client with its commands, replies and messages as steps of the scheduler; all else of it is untouched. */
export function holdClient<Client extends Redis | Cluster>(
  client: Client,
  name: string,
  scheduler: StepScheduler,
): Client {
  const connection = new HeldConnection(client, name, scheduler);
  const commands = commandsOf(client);
  const methods = new Map<string, Method>();
  const held: Client = new Proxy(client, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target);
      if (typeof property !== 'string' || typeof value !== 'function') return value;
      const known = methods.get(property);
      if (known !== undefined) return known;
      const method = holdMethod(property);
      methods.set(property, method);
      return method;
    },
  });

  // Looked up at each call, so that a spy or a command defined later is found.
  const invoke = (property: string, args: unknown[], self: object = client): unknown => {
    const method: unknown = Reflect.get(client, property, client);
    if (typeof method !== 'function') throw new TypeError(`${property} is no method`);
    const result: unknown = Reflect.apply(method, self, args);
    return result === client ? held : result;
  };

  function holdMethod(property: string): Method {
    if (property === 'pipeline' || property === 'multi') return (...args) => startPipeline(property, args);
    if (commands.has(property) || Object.hasOwn(client.scriptsSet, property.replace(/Buffer$/, '')))
      return (...args) => sendHeld(property, args);
    if (LISTEN.has(property) || UNLISTEN.has(property)) return (...args) => listen(property, args);
    if (property === 'duplicate') return (...args) => duplicate(args);
    // Streams send their commands through the client that they are asked of.
    if (property.endsWith('Stream')) return (...args) => invoke(property, args, held);
    return (...args) => invoke(property, args);
  }

  function sendHeld(property: string, args: unknown[]): unknown {
    const callback = args.at(-1);
    if (typeof callback === 'function')
      return callBack(
        (...outcome) => Reflect.apply(callback, held, outcome),
        sendHeld(property, args.slice(0, -1)),
      );
    return connection.hold({
      label: commandLabel(property, args),
      isBlocking: isBlocking(property, args),
      send: () => invoke(property, args),
    });
  }

  function startPipeline(property: string, args: unknown[]): unknown {
    if (isWithoutPipeline(args[0])) return sendHeld(property, args);
    const pipeline = invoke(property, args);
    return typeof pipeline === 'object' && pipeline !== null
      ? holdPipeline(pipeline, property, connection)
      : pipeline;
  }

  function listen(property: string, [event, listener, ...rest]: unknown[]): unknown {
    const isMessage = typeof event === 'string' && MESSAGES.test(event) && typeof listener === 'function';
    if (!isMessage) return invoke(property, [event, listener, ...rest]);
    const call = (...args: unknown[]): unknown => Reflect.apply(listener, held, args);
    return invoke(property, [event, connection.holdListener(listener, call), ...rest]);
  }

  function duplicate(args: unknown[]): unknown {
    const copy = invoke('duplicate', args);
    if (copy instanceof Redis || copy instanceof Cluster) return holdClient(copy, `${name}'`, scheduler);
    return copy;
  }
  return held;
}

/** Of one kind of client; the list is the same for all of them and long. */
const knownCommands = new WeakMap<object, ReadonlySet<string>>();

function commandsOf(client: Redis | Cluster): ReadonlySet<string> {
  const known = knownCommands.get(client.constructor);
  if (known !== undefined) return known;
  const names = [...client.getBuiltinCommands(), 'call'];
  const commands = new Set([...names, ...names.map((name) => `${name}Buffer`), 'send_command']);
  knownCommands.set(client.constructor, commands);
  return commands;
}

/** MULTI whose commands are sent one by one. */
function isWithoutPipeline(options: unknown): boolean {
  return typeof options === 'object' && options !== null && Reflect.get(options, 'pipeline') === false;
}

/** As ioredis does: the callback is told, and the promise is still returned. */
function callBack(callback: (error: unknown, value?: unknown) => void, reply: unknown): unknown {
  const outcome = Promise.resolve(reply);
  outcome.then(
    (value) => callback(null, value),
    (error: unknown) => callback(error),
  );
  return outcome;
}
