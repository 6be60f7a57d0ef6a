import { Redis } from 'ioredis';
import { faultOf } from '#server/redis/faults/faultOf.ts';
import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import type { Interleaving } from '#test/support/interleaving/openInterleaving.ts';

/** What befalls one write: `late` runs after its sender gave up, `cutMidway` runs in part, `refuse` has Redis refuse one command. */
const fates = ['refuse', 'cut', 'cutMidway', 'loseReply', 'late'] as const;
type Fate = (typeof fates)[number] | 'pass';

/** Connections of one seed: opened before, since a connection that is opened in between is no step of the order of events. */
export class Lines {
  #epoch = 1;
  readonly #free: Redis[] = [];
  readonly #taken: Redis[] = [];

  static async open(port: number, count: number): Promise<Lines> {
    const lines = new Lines();
    for (let at = 0; at < count; at += 1) lines.#free.push(openLine(port));
    await Promise.all(lines.#free.map((line) => line.connect()));
    return lines;
  }

  take(): Redis {
    const line = this.#free.pop();
    if (line === undefined) throw new RedisFault('unreachable', '', 'There are no more lines.');
    this.#taken.push(line);
    return line;
  }

  /** As a restart of Redis does: all connections end, and who asks sees another run of it. */
  restart(): void {
    this.#epoch += 1;
    for (const line of this.#taken) line.disconnect();
  }

  /** In place of the one that the whole test runs on. */
  get runId(): string {
    return `run${this.#epoch}`;
  }

  close(): void {
    for (const line of [...this.#free, ...this.#taken]) line.disconnect();
  }
}

function openLine(port: number): Redis {
  const line = new Redis({
    ...{ port, host: '127.0.0.1', lazyConnect: true, disableClientInfo: true, protocol: 2 },
    ...{ retryStrategy: () => null, enableOfflineQueue: false, maxRetriesPerRequest: 0 },
    ...{ autoResendUnfulfilledCommands: false, enableReadyCheck: false },
  });
  line.on('error', () => {});
  return line;
}

/** A server of ours whose writes to Redis meet faults by the seed, and which may be killed. */
export class DoomedServer {
  readonly name: string;
  /** Of writes, 0-1. */
  faultRatio = 0;
  /** Ids of the letters that Redis took out for it, whatever it heard of that. */
  readonly settledIds: string[] = [];
  readonly #interleaving: Interleaving;
  readonly #lines: Lines;
  readonly #death = Promise.withResolvers<null>();
  #isKilled = false;

  constructor(name: string, { interleaving, lines }: { interleaving: Interleaving; lines: Lines }) {
    this.name = name;
    this.#interleaving = interleaving;
    this.#lines = lines;
  }

  /** Resolves with null once it was killed. */
  get killed(): Promise<null> {
    return this.#death.promise;
  }

  /** From here on it sends nothing and hears nothing; what it has sent may still run. */
  kill(): void {
    this.#isKilled = true;
    this.#death.resolve(null);
  }

  readonly openOperator = async (): Promise<RedisConnection> => {
    const line = this.#lines.take();
    const held = this.#interleaving.wrap(line, this.name);
    const pipeline = (commands: readonly RedisCommand[]) => this.#send(commands, { line, held });
    return {
      role: 'operator',
      pipeline,
      async send(...command) {
        const [reply] = await pipeline([command]);
        if (reply instanceof RedisFault) throw reply;
        return reply ?? null;
      },
      close() {},
    };
  };

  async #send(
    commands: readonly RedisCommand[],
    over: { readonly line: Redis; readonly held: Redis },
  ): Promise<RedisReply[]> {
    const outcome = await this.#meetFate(commands, over).catch((error: unknown) => {
      if (error instanceof RedisFault) return error;
      throw error;
    });
    if (this.#isKilled) return new Promise(() => {});
    if (outcome instanceof RedisFault) throw outcome;
    return outcome;
  }

  async #meetFate(
    commands: readonly RedisCommand[],
    { line, held }: { readonly line: Redis; readonly held: Redis },
  ): Promise<RedisReply[]> {
    if (this.#isKilled) return [];
    const fate = this.#drawFate();
    const name = commands[0]?.[0] ?? '';
    const at = Math.floor(this.#interleaving.random() * commands.length);
    switch (fate) {
      case 'pass':
        return this.#exchange(held, commands);
      case 'refuse':
        return this.#exchange(
          held,
          commands.map((command, index) => (index === at ? spoiled(command) : command)),
        );
      case 'cut':
        line.disconnect();
        throw new RedisFault('unreachable', name, 'cut before');
      case 'cutMidway':
        if (at > 0) await this.#exchange(held, commands.slice(0, at));
        line.disconnect();
        throw new RedisFault('unreachable', name, 'cut midway');
      case 'loseReply':
        await this.#exchange(held, commands);
        throw new RedisFault('timeout', name, 'no answer');
      case 'late':
        this.#exchange(held, commands).catch(() => {});
        throw new RedisFault('timeout', name, 'no answer in time');
    }
  }

  #drawFate(): Fate {
    if (this.#interleaving.random() >= this.faultRatio) return 'pass';
    return fates[Math.floor(this.#interleaving.random() * fates.length)] ?? 'pass';
  }

  async #exchange(held: Redis, commands: readonly RedisCommand[]): Promise<RedisReply[]> {
    const pipeline = held.pipeline();
    for (const [name, ...args] of commands) pipeline.callBuffer(name, ...args);
    const results = (await pipeline.exec().catch(() => null)) ?? [];
    const replies = commands.map(([name], at): RedisReply => {
      const [error, value] = results[at] ?? [new Error('Connection is closed.'), null];
      const reply = error === null ? replyOf(value) : faultOf(error, name);
      return name === 'INFO' && Buffer.isBuffer(reply) ? this.#asThisRun(reply) : reply;
    });
    this.#note(commands, replies);
    const first = replies[0];
    const isWhole = replies.every((reply) => reply instanceof RedisFault && reply.isOutcomeUnknown);
    if (isWhole && first instanceof RedisFault) throw first;
    return replies;
  }

  #asThisRun(info: Buffer): Buffer {
    return Buffer.from(info.toString().replace(/^run_id:\w+/m, `run_id:${this.#lines.runId}`));
  }

  #note(commands: readonly RedisCommand[], replies: readonly RedisReply[]): void {
    const outcome = commands.at(-1)?.[0] === 'EXEC' ? replies.at(-1) : replies;
    if (!Array.isArray(outcome)) return;
    const acts = commands.filter(([name]) => name === 'XADD' || name === 'XDEL');
    for (const [at, [name, , id]] of acts.entries()) {
      const isPutBack = acts[at - 1]?.[0] !== 'XADD' || !(outcome[at - 1] instanceof RedisFault);
      if (name === 'XDEL' && outcome[at] === 1 && isPutBack) this.settledIds.push(String(id));
    }
  }
}

/** The same with a number of arguments that Redis refuses, wherever it stands. INFO takes any. */
function spoiled([name, ...args]: RedisCommand): RedisCommand {
  if (name === 'INFO') return [name, ...args];
  return name === 'MULTI' || name === 'EXEC' ? [name, 'x'] : [name];
}

function replyOf(value: unknown): RedisReply {
  if (value === null || typeof value === 'number' || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => replyOf(item));
  if (value instanceof Error) return faultOf(value, '');
  return Buffer.from(String(value));
}
