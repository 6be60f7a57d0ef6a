/**
 * What a connection may be used for. `monitor` reads INFO and tag indexes; `sampler` walks the keys; `operator` changes
 * things, is opened for a plan or a job and closed when idle; `probe` is open only while a measurement that an operator started
 * is planned or runs; `inspector` looks at single keys and the first bytes of values and is open only while a person's look at some keys lasts. Each
 * has its own list of commands (capabilities.ts).
 */
export type ConnectionRole = 'monitor' | 'sampler' | 'operator' | 'probe' | 'inspector';

export type RedisArgument = string | Buffer | number;

/**
 * A command's reply, binary-safe: bulk strings are Buffers, integers numbers, arrays nested, null is null, and an error
 * inside a pipeline is a `RedisFault` value in its place.
 */
export type RedisReply = Buffer | number | null | RedisFault | readonly RedisReply[];

/** Kinds of failure that lead to different words and different next steps on the page (SECURITY fault table). */
export type FaultKind =
  | 'unreachable'
  | 'timeout'
  | 'loading'
  | 'readOnlyReplica'
  | 'masterDown'
  | 'outOfMemory'
  | 'busyScript'
  | 'writesRefused'
  | 'tooFewReplicas'
  | 'maxClients'
  | 'authentication'
  | 'notPermitted'
  | 'keyNotPermitted'
  | 'clusterDown'
  | 'moved'
  | 'unknownCommand'
  | 'unknownFunction'
  | 'expired'
  | 'wrongType'
  | 'other';

/** A failed command as a value. After `timeout` and `unreachable` a command may still have run: the outcome is unknown. */
export class RedisFault extends Error {
  readonly kind: FaultKind;
  /** The command word, never its arguments. */
  readonly command: string;

  constructor(kind: FaultKind, command: string, message: string) {
    super(message);
    this.name = 'RedisFault';
    this.kind = kind;
    this.command = command;
  }

  /** True when the command may have been executed although it failed here. */
  get isOutcomeUnknown(): boolean {
    return this.kind === 'timeout' || this.kind === 'unreachable';
  }
}

export type RedisCommand = readonly [name: string, ...args: RedisArgument[]];

export interface RedisConnection {
  readonly role: ConnectionRole;
  /** Sends commands in one write, in order; one reply a command, errors as values. Rejects with `RedisFault` when the connection as a whole failed or the guard refuses a command. */
  pipeline(commands: readonly RedisCommand[]): Promise<RedisReply[]>;
  /** Sends one command; an error reply rejects with `RedisFault`. */
  send(...command: RedisCommand): Promise<RedisReply>;
  close(): void;
}
