import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { RedisSettings } from '#server/config/config.ts';
import { faultOf, replyFault } from './faultOf.ts';
import { faultText } from './faultText.ts';
import type { RedisCommand } from './redisConnection.ts';
import { RedisFault } from './redisConnection.ts';
import { openRespParser, RespError, RespProtocolError, type RespValue } from './respParser.ts';
import { tlsOptions } from './tlsOptions.ts';

/** One socket that speaks RESP2 in whole batches. It is used up by its first failure. */
export interface RespSession {
  /**
   * Writes a batch of commands and gives their replies in order. Batches wait for one another. Rejects with
   * `RedisFault` when the socket fails; what was sent may still run.
   */
  exchange(request: Uint8Array, replyCount: number): Promise<readonly RespValue[]>;
  /** The same for a few commands that are not a page of keys. */
  send(commands: readonly RedisCommand[]): Promise<readonly RespValue[]>;
  isOpen(): boolean;
  close(): void;
}

export interface RespSessionOptions {
  readonly settings: RedisSettings;
  /** Shown by CLIENT LIST. */
  readonly clientName: string;
  /** Longest wait for a connection, and for the replies of one batch. */
  readonly timeoutMs: number;
}

interface Pending {
  readonly replyCount: number;
  readonly replies: RespValue[];
  readonly resolve: (replies: readonly RespValue[]) => void;
  readonly reject: (fault: RedisFault) => void;
}

/** Connects, authenticates and selects the database. Rejects with `RedisFault`. */
export async function openRespSession(options: RespSessionOptions): Promise<RespSession> {
  const link = await openSocket(options);
  const session = speakOver(link, options.timeoutMs);
  try {
    await setUp(session, options);
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
}

interface Link {
  readonly socket: Socket;
  /** Sets who gets the bytes that arrive; they are the receiver's to keep. */
  onBytes(receive: (bytes: Uint8Array) => void): void;
}

/** Bytes of one read. Node would allocate as much anew for each read, and a pass would mostly collect that. */
const READ_BYTES = 64 * 1024;

function openSocket({ settings, timeoutMs }: RespSessionOptions): Promise<Link> {
  const address = { host: settings.host, port: settings.port };
  let receive: (bytes: Uint8Array) => void = () => {};
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

function speakOver({ socket, onBytes }: Link, timeoutMs: number): RespSession {
  const parser = openRespParser();
  let pending: Pending | null = null;
  let fault: RedisFault | null = null;
  let timer: NodeJS.Timeout | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  function end(cause: RedisFault): void {
    fault ??= cause;
    clearTimeout(timer);
    socket.destroy();
    const waiting = pending;
    pending = null;
    waiting?.reject(fault);
  }

  function receive(chunk: Uint8Array): void {
    for (const reply of parser.push(chunk)) {
      if (pending === null) throw new RespProtocolError('a reply that nobody asked for');
      pending.replies.push(reply);
      if (pending.replies.length < pending.replyCount) continue;
      clearTimeout(timer);
      const done = pending;
      pending = null;
      done.resolve(done.replies);
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

  function write(request: Uint8Array, replyCount: number): Promise<readonly RespValue[]> {
    if (fault !== null) return Promise.reject(fault);
    return new Promise((resolve, reject) => {
      pending = { replyCount, replies: [], resolve, reject };
      timer = setTimeout(() => end(new RedisFault('timeout', '', faultText('timeout', ''))), timeoutMs);
      socket.write(request);
    });
  }

  function exchange(request: Uint8Array, replyCount: number): Promise<readonly RespValue[]> {
    const turn = tail.then(() => write(request, replyCount));
    tail = turn.catch(() => {});
    return turn;
  }

  return {
    exchange,
    send: (commands) => exchange(encodeCommands(commands), commands.length),
    isOpen: () => fault === null,
    close: () => end(new RedisFault('unreachable', '', 'The connection was closed.')),
  };
}

/** Commands as the bytes of one write: RESP2 arrays of bulk strings. */
function encodeCommands(commands: readonly RedisCommand[]): Buffer {
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
