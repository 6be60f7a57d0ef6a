import { Socket } from 'node:net';
import { type ChainableCommander, Redis, type RedisOptions } from 'ioredis';
import type { RedisSettings } from '#server/config/config.ts';
import type { ConnectionState } from '#shared/snapshot.ts';
import { commandGuard } from './commandGuard.ts';
import { type ConnectionStatus, openConnectionStatus } from './connectionStatus.ts';
import { countLookups, lookupRule } from './countLookups.ts';
import { faultOf } from './faults/faultOf.ts';
import { faultText } from './faults/faultText.ts';
import type { LookupLedger } from './lookupLedger.ts';
import { addressOf } from './probe/ownAddresses.ts';
import { reconnectDelayMs } from './reconnectDelay.ts';
import type { ConnectionRole, RedisCommand, RedisConnection, RedisReply } from './redisConnection.ts';
import { RedisFault } from './redisConnection.ts';
import { tlsOptions } from './tlsOptions.ts';

export interface OpenRedisOptions {
  readonly settings: RedisSettings;
  readonly role: ConnectionRole;
  /** Streams of events whose dead letters it may read and, as the operator, replay. @default none */
  readonly eventStreams?: readonly string[];
  /** The node's ledger: pipelines with look-ups enter it and count themselves. */
  readonly ledger: LookupLedger;
  readonly nowMs: () => number;
  /** 0-1, for the jitter of reconnects. */
  readonly random: () => number;
}

/** A connection that says how it stands, and that connects again by itself until it is closed. */
export interface ObservedConnection extends RedisConnection {
  status(): ConnectionState;
  /** Called at every change of state or detail; returns the way to stop listening. */
  onStatus(listener: (state: ConnectionState) => void): () => void;
}

/** Longest wait for the reply of one command. What timed out may still run: the fault says so. */
const COMMAND_TIMEOUT_MS = 1_000;

/** Silence after which a socket with commands in flight is given up, so that a hung server is left within seconds. */
const SOCKET_TIMEOUT_MS = 3_000;

const CONNECT_TIMEOUT_MS = 3_000;

interface Link {
  readonly client: Redis;
  readonly status: ConnectionStatus;
  /** Resolves when the connection may be used; rejects at once while it is down. */
  usable(): Promise<void>;
  close(): void;
}

/** Opens one connection and keeps it open. Never throws later: what fails is a `RedisFault` of the call it belongs to. */
export function openRedis(options: OpenRedisOptions): ObservedConnection {
  const link = openLink(options);
  const guard = commandGuard(options.role, options.eventStreams);

  async function pipeline(commands: readonly RedisCommand[]): Promise<RedisReply[]> {
    if (commands.length === 0) return [];
    const names = commands.map((command) => guard.admit(command));
    await link.usable();
    const exchange = async (): Promise<RedisReply[]> => {
      const replies = await exchangeCommands(link.client, commands, names);
      for (const [at, reply] of replies.entries()) {
        note({ link, ledger: options.ledger }, { name: names[at] ?? '', command: commands[at], reply });
      }
      return replies;
    };
    const replies = names.some((name) => lookupRule(name) !== null)
      ? await options.ledger.run(exchange)
      : await exchange();
    const failure = wholeFailure(replies);
    if (failure !== null) throw failure;
    return replies;
  }

  return {
    role: options.role,
    pipeline,
    async send(...command) {
      const [reply] = await pipeline([command]);
      if (reply instanceof RedisFault) throw reply;
      return reply ?? null;
    },
    status: link.status.current,
    onStatus: link.status.onChange,
    close: link.close,
  };
}

/** The fault of the connection, when not one command was answered. */
function wholeFailure(replies: readonly RedisReply[]): RedisFault | null {
  const first = replies[0];
  if (!(first instanceof RedisFault)) return null;
  const isWhole = replies.every((reply) => reply instanceof RedisFault && reply.isOutcomeUnknown);
  return isWhole ? first : null;
}

interface Exchanged {
  readonly name: string;
  readonly command: RedisCommand | undefined;
  readonly reply: RedisReply;
}

function note(to: { link: Link; ledger: LookupLedger }, { name, command, reply }: Exchanged): void {
  if (reply instanceof RedisFault) to.link.status.faulted(reply);
  else to.link.status.answered(name);
  const outcome = countLookups(name, command?.slice(1) ?? [], reply);
  if (outcome === 'uncertain') to.ledger.recordUncertain();
  else to.ledger.record(outcome);
}

async function exchangeCommands(
  client: Redis,
  commands: readonly RedisCommand[],
  names: readonly string[],
): Promise<RedisReply[]> {
  const batch = client.pipeline();
  for (const command of commands) addCommand(batch, command);
  try {
    const results = (await batch.exec()) ?? [];
    return names.map((name, at) => {
      const [error, value] = results[at] ?? [new Error('no reply'), null];
      return error === null ? toReply(value, name) : faultOf(error, name);
    });
  } catch (error) {
    return names.map((name) => faultOf(error, name));
  }
}

function addCommand(batch: ChainableCommander, [name, ...args]: RedisCommand): void {
  batch.callBuffer(name, ...args);
}

function toReply(value: unknown, name: string): RedisReply {
  if (value === null || typeof value === 'number' || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => toReply(item, name));
  if (value instanceof Error) return faultOf(value, name);
  return Buffer.from(String(value));
}

function openLink({ settings, role, nowMs, random, ledger }: OpenRedisOptions): Link {
  const status = openConnectionStatus(nowMs);
  const gate = openGate();
  let isClosed = false;
  let refusedCount = 0;
  let session = 0;
  let lastFault = new RedisFault('unreachable', '', faultText('unreachable', ''));

  const client = new Redis(
    connectionOptions(settings, (attempt) => reconnectDelayMs({ attempt, refusedCount, random: random() })),
  );

  function fail(fault: RedisFault): void {
    lastFault = fault;
    if (fault.kind === 'authentication') refusedCount += 1;
  }
  function down(): void {
    gate.shut(lastFault);
    if (!isClosed) status.lost(lastFault);
  }
  async function enter(): Promise<void> {
    session += 1;
    const entered = session;
    const fault = await setUpSession(client, settings.database, role);
    if (isClosed || entered !== session || client.status !== 'ready') return;
    if (fault !== null) {
      fail(fault);
      client.disconnect(true);
      return;
    }
    refusedCount = 0;
    lastFault = new RedisFault('unreachable', '', faultText('unreachable', ''));
    status.answered('');
    gate.open();
  }

  client.on('error', (error: unknown) => fail(faultOf(error, '')));
  client.on('connect', () => {
    const { stream } = client;
    if (stream instanceof Socket) stream.once('close', ledger.addresses.add(addressOf(stream)));
  });
  client.on('ready', () => void enter());
  client.on('close', down);
  client.on('end', down);
  client.connect().catch(() => {});
  return {
    client,
    status,
    usable: gate.pass,
    close() {
      isClosed = true;
      gate.shut(new RedisFault('unreachable', '', 'The connection was closed.'));
      client.disconnect();
    },
  };
}

/**
 * Takes the database and a name that CLIENT LIST shows. Null when the connection may be used; a wrong database must
 * never be, while a refused name does no harm.
 */
async function setUpSession(
  client: Redis,
  database: number,
  role: ConnectionRole,
): Promise<RedisFault | null> {
  const commands: RedisCommand[] = [['CLIENT', 'SETNAME', `cachescope-${role}`]];
  if (database !== 0) commands.push(['SELECT', database]);
  const names = ['CLIENT SETNAME', 'SELECT'].slice(0, commands.length);
  const [named, selected] = await exchangeCommands(client, commands, names);
  if (selected instanceof RedisFault) return selected;
  if (!(named instanceof RedisFault)) return null;
  const isFatal = named.isOutcomeUnknown || named.kind === 'authentication' || named.kind === 'maxClients';
  return isFatal ? named : null;
}

interface Gate {
  pass: () => Promise<void>;
  open(): void;
  shut(fault: RedisFault): void;
}

/** Holds callers until the first attempt has ended, lets them through while open, and turns them away at once while shut. */
function openGate(): Gate {
  let state: 'first' | 'open' | RedisFault = 'first';
  const waiting: { resolve: () => void; reject: (fault: RedisFault) => void }[] = [];
  return {
    async pass() {
      if (state === 'open') return;
      if (state !== 'first') throw state;
      await new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    open() {
      state = 'open';
      for (const caller of waiting.splice(0)) caller.resolve();
    },
    shut(fault) {
      state = fault;
      for (const caller of waiting.splice(0)) caller.reject(fault);
    },
  };
}

function connectionOptions(
  settings: RedisSettings,
  retryStrategy: (attempt: number) => number,
): RedisOptions & { replyMapping: 'legacy' } {
  const tls = tlsOptions(settings);
  return {
    host: settings.host,
    port: settings.port,
    db: settings.database,
    ...(settings.username === null ? {} : { username: settings.username }),
    ...(settings.password === null ? {} : { password: settings.password }),
    ...(tls === null ? {} : { tls }),
    lazyConnect: true,
    retryStrategy,
    // CLIENT SETINFO is an error before 7.2 and would raise errorstat_ERR of the node that we watch.
    disableClientInfo: true,
    protocol: 2,
    replyMapping: 'legacy',
    // INFO answers while Redis loads; waiting for the end of loading would hide that it does.
    enableReadyCheck: false,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A command is sent once or fails at once: what is queued or sent again may run long after we said it failed.
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  };
}
