import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisSettings } from '#server/config/config.ts';
import { faultOf, replyFault } from './faults/faultOf.ts';
import { faultText } from './faults/faultText.ts';
import { addressOf, type OwnAddresses } from './probe/ownAddresses.ts';
import type { RedisCommand } from './redisConnection.ts';
import { RedisFault } from './redisConnection.ts';
import { openRespParser, RespError, RespProtocolError, type RespValue } from './respParser.ts';
import { tlsOptions } from './tlsOptions.ts';

/** One socket that speaks RESP2 in whole batches. It is used up by its first failure. */
export interface RespSession {
  /**
   * Writes a batch of commands and gives their replies in order. A batch does not wait for the one before. Rejects with
   * `RedisFault` when the socket fails; what was sent may still run.
   */
  exchange(request: Uint8Array, replyCount: number): Promise<readonly RespValue[]>;
  /** The same in one write for a first command, whose reply is given as soon as it is here, and for the others. */
  exchangeLed(request: Uint8Array, otherCount: number): LedReplies;
  /** The same for a few commands that are not a page of keys. */
  send(commands: readonly RedisCommand[]): Promise<readonly RespValue[]>;
  isOpen(): boolean;
  close(): void;
}

export interface LedReplies {
  readonly first: Promise<RespValue | undefined>;
  readonly others: Promise<readonly RespValue[]>;
}

export interface RespSessionOptions {
  readonly settings: RedisSettings;
  /** Shown by CLIENT LIST. */
  readonly clientName: string;
  /** Longest wait for a connection, and for the replies of one batch. */
  readonly timeoutMs: number;
  /** Where the connection is entered for as long as it is open. */
  readonly addresses?: OwnAddresses;
}

interface Pending {
  readonly replyCount: number;
  readonly replies: RespValue[];
  readonly resolve: (replies: readonly RespValue[]) => void;
  readonly reject: (fault: RedisFault) => void;
}

/** Connects, authenticates and selects the database. Rejects with `RedisFault`. */
export async function openRespSession(options: RespSessionOptions): Promise<RespSession> {
  const link = await openRespSocket(options);
  const session = speakOver(link, options.timeoutMs);
  try {
    await setUp(session, options);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

/** A connected socket before anything is said on it. */
export interface RespSocket {
  readonly socket: Socket;
  /** Sets who gets the bytes that arrive; they are the receiver's to keep. */
  onBytes(receive: (bytes: Buffer) => void): void;
}

/** Bytes of one read. Node would allocate as much anew for each read, and a pass would mostly collect that. */
const READ_BYTES = 64 * 1024;

/** Connects and enters the address of our end. Rejects with `RedisFault`. */
export function openRespSocket({
  settings,
  timeoutMs,
  addresses,
}: Omit<RespSessionOptions, 'clientName'>): Promise<RespSocket> {
  const address = { host: settings.host, port: settings.port };
  let receive: (bytes: Buffer) => void = () => {};
  const onread = {
    buffer: Buffer.alloc(READ_BYTES),
    callback(count: number, buffer: Uint8Array) {
      receive(Buffer.from(buffer.subarray(0, count)));
      return true;
    },
  };
  return new Promise((resolve, reject) => {
    let socket: Socket;
    try {
      const tls = tlsOptions(settings);
      socket = tls === null ? connectTcp({ ...address, onread }) : connectTls({ ...tls, ...address });
      if (tls !== null) socket.on('data', (chunk: Buffer) => receive(chunk));
    } catch (error) {
      // A certificate that is none is refused on the spot.
      reject(faultOf(error, ''));
      return;
    }
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new RedisFault('unreachable', '', faultText('unreachable', '')));
    }, timeoutMs);
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(faultOf(error, ''));
    };
    socket.once('error', fail);
    socket.once(settings.tls === null ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      socket.setNoDelay(true);
      if (addresses !== undefined) socket.once('close', addresses.add(addressOf(socket)));
      resolve({
        socket,
        onBytes(next) {
          receive = next;
        },
      });
    });
  });
}

async function setUp(session: RespSession, { settings, clientName }: RespSessionOptions): Promise<void> {
  const { username, password, database } = settings;
  const commands: RedisCommand[] = [];
  if (password !== null) commands.push(['AUTH', ...(username === null ? [] : [username]), password]);
  if (database !== 0) commands.push(['SELECT', database]);
  commands.push(['CLIENT', 'SETNAME', clientName]);
  const replies = await session.send(commands);
  for (const [at, reply] of replies.entries()) {
    if (!(reply instanceof RespError)) continue;
    const word = commands[at]?.[0] ?? '';
    // A Redis without a password takes everybody; other clients only warn of a superfluous one, too.
    if (word === 'AUTH' && /without any password|no password is set/.test(reply.text)) continue;
    const fault = replyFault(reply.text, word === 'CLIENT' ? 'CLIENT SETNAME' : word);
    if (word !== 'CLIENT' || fault.kind === 'authentication' || fault.kind === 'maxClients') throw fault;
  }
}

function speakOver({ socket, onBytes }: RespSocket, timeoutMs: number): RespSession {
  const parser = openRespParser();
  // In the order of their commands; the first is the one that replies belong to.
  const waiting: Pending[] = [];
  let fault: RedisFault | null = null;
  let timer: NodeJS.Timeout | undefined;

  function end(cause: RedisFault): void {
    fault ??= cause;
    clearTimeout(timer);
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(fault);
  }

  function receive(chunk: Uint8Array): void {
    for (const reply of parser.push(chunk)) {
      const [pending] = waiting;
      if (pending === undefined) throw new RespProtocolError('a reply that nobody asked for');
      pending.replies.push(reply);
      if (pending.replies.length < pending.replyCount) continue;
      waiting.shift();
      if (waiting.length === 0) clearTimeout(timer);
      else timer?.refresh();
      pending.resolve(pending.replies);
    }
  }

  onBytes((chunk) => {
    try {
      receive(chunk);
    } catch (error) {
      if (!(error instanceof RespProtocolError)) throw error;
      end(
        new RedisFault('other', '', `What answers there does not speak Redis's protocol: ${error.message}.`),
      );
    }
  });
  socket.on('error', (error) => end(faultOf(error, '')));
  socket.on('close', () => end(new RedisFault('unreachable', '', faultText('unreachable', ''))));

  /** Has to be called before the bytes are written, in the order of the commands. */
  function replies(replyCount: number): Promise<readonly RespValue[]> {
    if (fault !== null) return Promise.reject(fault);
    if (replyCount === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) {
        timer = setTimeout(() => end(new RedisFault('timeout', '', faultText('timeout', ''))), timeoutMs);
      }
      waiting.push({ replyCount, replies: [], resolve, reject });
    });
  }

  function exchange(request: Uint8Array, replyCount: number): Promise<readonly RespValue[]> {
    const answer = replies(replyCount);
    if (fault === null) socket.write(request);
    return answer;
  }

  function exchangeLed(request: Uint8Array, otherCount: number): LedReplies {
    const first = replies(1).then(([reply]) => reply);
    return { first, others: exchange(request, otherCount) };
  }

  return {
    exchange,
    exchangeLed,
    send: (commands) => exchange(encodeCommands(commands), commands.length),
    isOpen: () => fault === null,
    close: () => end(new RedisFault('unreachable', '', 'The connection was closed.')),
  };
}

/** Commands as the bytes of one write: RESP2 arrays of bulk strings. */
export function encodeCommands(commands: readonly RedisCommand[]): Buffer {
  const parts: Buffer[] = [];
  for (const command of commands) {
    parts.push(Buffer.from(`*${command.length}\r\n`));
    for (const argument of command) {
      const bytes = Buffer.isBuffer(argument) ? argument : Buffer.from(String(argument));
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
  }
  return Buffer.concat(parts);
}
