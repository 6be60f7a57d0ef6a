import type { RedisSettings } from '#server/config/config.ts';
import { commandGuard } from '../commandGuard.ts';
import { faultOf, replyFault } from '../faults/faultOf.ts';
import { faultText } from '../faults/faultText.ts';
import { type RedisCommand, RedisFault } from '../redisConnection.ts';
import { openRespParser, RespError, RespProtocolError } from '../respParser.ts';
import { encodeCommands, openRespSocket, type RespSocket } from '../respSession.ts';
import { keymissChannel } from './keymissChannel.ts';
import type { MonitorCounts, MonitorSink } from './monitorMessages.ts';
import { MonitorScanner } from './monitorScanner.ts';
import type { OwnAddresses } from './ownAddresses.ts';

/** One RESP3 connection that gets each command of the server, and before it the keys that the command missed. */
export interface MonitorStream {
  /** Null when we closed it; else why it ended. Never rejects. */
  readonly ended: Promise<RedisFault | null>;
  counts(): MonitorCounts;
  close(): void;
}

export interface MonitorStreamOptions {
  readonly settings: RedisSettings;
  readonly addresses: OwnAddresses;
  /** What the argument of our own PINGs begins with. */
  readonly mark: string;
  readonly sink: Omit<MonitorSink, 'onReply'>;
  /** Longest wait until the commands come. */
  readonly timeoutMs: number;
}

const CLOSED_TEXT =
  'Redis closed the connection that MONITOR ran on: it was restarted, somebody closed it, or more was waiting on it than its client-output-buffer-limit for pubsub allows.';
const PROTOCOL_TEXT = "What answers there does not speak Redis's protocol as MONITOR needs it";

/** Resolves when the commands come. Rejects with `RedisFault`; then nothing is left open. */
export async function openMonitorStream(options: MonitorStreamOptions): Promise<MonitorStream> {
  const link = await openRespSocket(options);
  try {
    await greet(link, options);
    return await listen(link, options);
  } catch (error) {
    link.socket.destroy();
    throw error;
  }
}

/** HELLO: the third protocol is the one in which events and commands come over the same connection. */
async function greet(link: RespSocket, { settings, timeoutMs }: MonitorStreamOptions): Promise<void> {
  const { username, password } = settings;
  const hello: RedisCommand = ['HELLO', 3];
  const name = ['SETNAME', 'cachescope-probe'];
  const auth = password === null ? [] : ['AUTH', username ?? 'default', password];
  let reply = await ask(link, { command: [...hello, ...auth, ...name], timeoutMs });
  const isSuperfluous =
    reply instanceof RespError && /without any password|no password is set/.test(reply.text);
  if (isSuperfluous) reply = await ask(link, { command: [...hello, ...name], timeoutMs });
  if (reply instanceof RespError) throw replyFault(reply.text, 'HELLO');
}

function ask(
  { socket, onBytes }: RespSocket,
  { command, timeoutMs }: { command: RedisCommand; timeoutMs: number },
): Promise<unknown> {
  const parser = openRespParser();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RedisFault('timeout', 'HELLO', faultText('timeout', ''))),
      timeoutMs,
    );
    const fail = (fault: RedisFault): void => {
      clearTimeout(timer);
      reject(fault);
    };
    socket.once('error', (error) => fail(faultOf(error, 'HELLO')));
    socket.once('close', () => fail(new RedisFault('unreachable', 'HELLO', faultText('unreachable', ''))));
    onBytes((bytes) => {
      try {
        const [reply] = parser.push(bytes);
        if (reply === undefined) return;
        clearTimeout(timer);
        resolve(reply);
      } catch (error) {
        fail(protocolFault(error));
      }
    });
    socket.write(encodeCommands([command]));
  });
}

function listen({ socket, onBytes }: RespSocket, options: MonitorStreamOptions): Promise<MonitorStream> {
  const { settings, addresses, mark, sink, timeoutMs } = options;
  const guard = commandGuard('probe');
  const commands: readonly RedisCommand[] = [['SUBSCRIBE', keymissChannel(settings.database)], ['MONITOR']];
  const waiting = commands.map((command) => guard.admit(command));
  const started = Promise.withResolvers<MonitorStream>();
  const ended = Promise.withResolvers<RedisFault | null>();
  const scanner = new MonitorScanner({
    database: settings.database,
    ownAddresses: addresses,
    mark,
    sink: {
      ...sink,
      onReply(error) {
        const command = waiting.shift() ?? '';
        if (error !== null) end(replyFault(error, command));
        else if (waiting.length === 0)
          started.resolve({ ended: ended.promise, counts, close: () => end(null) });
      },
    },
  });
  const counts = () => scanner.counts();
  const timer = setTimeout(() => {
    if (waiting.length > 0) end(new RedisFault('timeout', 'MONITOR', faultText('timeout', '')));
  }, timeoutMs);

  function end(fault: RedisFault | null): void {
    clearTimeout(timer);
    onBytes(() => {});
    socket.destroy();
    ended.resolve(fault);
    started.reject(fault ?? new RedisFault('unreachable', '', 'The connection was closed.'));
  }

  socket.on('error', (error) => end(faultOf(error, 'MONITOR')));
  socket.on('close', () => end(new RedisFault('unreachable', 'MONITOR', CLOSED_TEXT)));
  onBytes((bytes) => {
    try {
      scanner.push(bytes);
    } catch (error) {
      end(protocolFault(error));
    }
  });
  socket.write(encodeCommands(commands));
  return started.promise;
}

function protocolFault(error: unknown): RedisFault {
  if (!(error instanceof RespProtocolError)) throw error;
  return new RedisFault('other', 'MONITOR', `${PROTOCOL_TEXT}: ${error.message}.`);
}
