import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { ProxiedConnection } from './proxiedConnection.ts';
import { type Direction, type Fault, pass } from './proxyLane.ts';

export interface ProxyBytes {
  /** Handed on to Redis. */
  readonly toRedis: number;
  /** Handed on to clients. */
  readonly toClient: number;
  /** Kept back by `hang` and `latency` at this moment. */
  readonly held: number;
  /** Lost by `blackhole`. */
  readonly swallowed: number;
}

/** A place between clients and a Redis whose faults are switched while connections are open. A fault replaces the one before. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Open now. */
  connectionCount(): number;
  /** Accepted since the start. */
  acceptedCount(): number;
  bytes(): ProxyBytes;
  /** No fault; what `hang` or `latency` keep back is delivered at once. */
  pass(): Promise<void>;
  /** Each chunk arrives `ms` later; order is kept. */
  latency(ms: number, direction?: Direction): Promise<void>;
  /** Accepts, and delivers nothing until another fault or `pass`. With `toClient`, commands run and only their replies wait. */
  hang(direction?: Direction): Promise<void>;
  /** Reads nothing of what is sent, so that it piles up at the sender as at a peer that is too slow. */
  stall(direction?: Direction): Promise<void>;
  /** Loses what is sent and tells nobody, as a half-open connection does. A connection that met it stays lost after `pass`. */
  blackhole(direction?: Direction): Promise<void>;
  /** Ends all connections by RST, and each new one. */
  reset(): Promise<void>;
  /** Stops listening: new connections are refused, open ones go on. */
  refuse(): Promise<void>;
}

/** A proxy on a free port before `targetPort` on loopback. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const proxy = new SwitchableProxy(targetPort);
  const port = await proxy.listen();
  const both = (fault: Fault) => ({ toRedis: fault, toClient: fault });
  const only = (fault: Fault, direction: Direction = 'both') =>
    direction === 'both' ? both(fault) : { ...both(pass), [direction]: fault };
  return {
    port,
    connectionCount: () => proxy.open.size,
    acceptedCount: () => proxy.acceptedCount,
    bytes: () => proxy.bytes(),
    pass: () => proxy.apply(both(pass)),
    latency: (ms, direction) => proxy.apply(only({ kind: 'latency', ms }, direction)),
    hang: (direction) => proxy.apply(only({ kind: 'hang' }, direction)),
    stall: (direction) => proxy.apply(only({ kind: 'stall' }, direction)),
    blackhole: (direction) => proxy.apply(only({ kind: 'blackhole' }, direction)),
    reset: () => proxy.reset(),
    refuse: () => proxy.stopListening(),
    [Symbol.asyncDispose]: () => proxy.close(),
  };
}

interface Faults {
  readonly toRedis: Fault;
  readonly toClient: Fault;
}

class SwitchableProxy {
  readonly open = new Set<ProxiedConnection>();
  acceptedCount = 0;
  readonly #targetPort: number;
  #port = 0;
  #server: Server | null = null;
  #faults: Faults = { toRedis: pass, toClient: pass };
  #isResetting = false;
  readonly #past = { toRedis: 0, toClient: 0, swallowed: 0 };

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  /** The port is chosen at the first call and kept. */
  async listen(): Promise<number> {
    if (this.#server !== null) return this.#port;
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on('connection', (socket) => {
      this.acceptedCount += 1;
      if (this.#isResetting) {
        socket.on('error', () => {});
        socket.resetAndDestroy();
        return;
      }
      const connection = new ProxiedConnection(socket, this.#targetPort, this.#faults);
      this.open.add(connection);
      connection.onceClosed(() => {
        this.open.delete(connection);
        this.#past.toRedis += connection.toRedis.deliveredBytes;
        this.#past.toClient += connection.toClient.deliveredBytes;
        this.#past.swallowed += connection.toRedis.swallowedBytes + connection.toClient.swallowedBytes;
      });
    });
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    this.#port = address.port;
    return this.#port;
  }

  async apply(faults: Faults): Promise<void> {
    this.#isResetting = false;
    this.#faults = faults;
    for (const connection of this.open) connection.apply(faults);
    await this.listen();
  }

  async reset(): Promise<void> {
    this.#isResetting = true;
    for (const connection of this.open) connection.reset();
    await this.listen();
  }

  async stopListening(): Promise<void> {
    // Not waited for: it ends only when the last connection does.
    this.#server?.close();
    this.#server = null;
  }

  async close(): Promise<void> {
    await this.stopListening();
    for (const connection of this.open) connection.destroy();
  }

  bytes(): ProxyBytes {
    const lanes = [...this.open].flatMap(({ toRedis, toClient }) => [toRedis, toClient]);
    const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
    const live = [...this.open];
    return {
      toRedis: this.#past.toRedis + sum(live.map(({ toRedis }) => toRedis.deliveredBytes)),
      toClient: this.#past.toClient + sum(live.map(({ toClient }) => toClient.deliveredBytes)),
      held: sum(lanes.map((lane) => lane.heldBytes)),
      swallowed: this.#past.swallowed + sum(lanes.map((lane) => lane.swallowedBytes)),
    };
  }
}
