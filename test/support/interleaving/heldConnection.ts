import type { Cluster, Redis } from 'ioredis';
import type { Source, Step, StepScheduler } from './stepScheduler.ts';

export interface HeldCommand {
  readonly label: string;
  /** Redis may answer only when another client has done something, so its reply is not waited for. */
  readonly isBlocking: boolean;
  /** Sends it, and answers as the plain client does. */
  send(): unknown;
}

type Listener = (...args: unknown[]) => unknown;

/** What waits to be sent and what waits to be delivered on one connection, each in order. */
export class HeldConnection implements Source {
  readonly #client: Redis | Cluster;
  readonly #name: string;
  readonly #scheduler: StepScheduler;
  readonly #pushSend: (step: Step) => void;
  readonly #pushReply: (step: Step) => void;
  readonly #blocked: string[] = [];
  #hasListened = false;
  readonly #listeners = new WeakMap<object, Listener>();

  constructor(client: Redis | Cluster, name: string, scheduler: StepScheduler) {
    this.#client = client;
    this.#name = name;
    this.#scheduler = scheduler;
    this.#pushSend = scheduler.openLane();
    this.#pushReply = scheduler.openLane();
    scheduler.addSource(this);
  }

  hold(command: HeldCommand): unknown {
    if (this.#scheduler.isClosed) return command.send();
    return new Promise((resolve, reject) => {
      this.#pushSend({
        label: `${this.#name} > ${command.label}`,
        reachesRedis: true,
        run: () => {
          const reply = outcomeOf(command).then((outcome) =>
            this.#deliver(`${this.#name} < ${command.label}`, () =>
              outcome.isDone ? resolve(outcome.value) : reject(outcome.error),
            ),
          );
          return command.isBlocking ? this.#noteBlocked(command.label, reply) : reply;
        },
      });
    });
  }

  /** The listener with each message as a step; the same one for the same listener, so that it can be taken off. */
  holdListener(listener: object, call: Listener): Listener {
    this.#hasListened = true;
    const known = this.#listeners.get(listener);
    if (known !== undefined) return known;
    const held: Listener = (...args) =>
      this.#deliver(`${this.#name} ! ${String(args[0])}`, () => void call(...args));
    this.#listeners.set(listener, held);
    return held;
  }

  /** Where messages are listened to: the reply comes behind all that Redis has sent before it. */
  async catchUp(): Promise<void> {
    if (this.#hasListened && this.canProbe()) await this.probe();
  }

  canProbe(): boolean {
    return this.#client.status === 'ready' && this.#blocked.length === 0;
  }

  /** A connection that its owner closes meanwhile delivers no more. */
  async probe(): Promise<void> {
    try {
      await this.#client.ping();
    } catch (error) {
      if (this.#client.status === 'ready') throw error;
    }
  }

  blocked(): readonly string[] {
    return this.#blocked.map((label) => `${this.#name} > ${label}`);
  }

  #deliver(label: string, run: () => void): void {
    if (this.#scheduler.isClosed) run();
    else this.#pushReply({ label, reachesRedis: false, run });
  }

  #noteBlocked(label: string, reply: Promise<void>): void {
    this.#blocked.push(label);
    void reply.then(() => this.#blocked.shift());
  }
}

type Outcome =
  | { readonly isDone: true; readonly value: unknown }
  | { readonly isDone: false; readonly error: unknown };

async function outcomeOf(command: HeldCommand): Promise<Outcome> {
  try {
    return { isDone: true, value: await command.send() };
  } catch (error) {
    return { isDone: false, error };
  }
}
