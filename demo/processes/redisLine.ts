import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The network between one instance and Redis, which can be slow or cut. */
export interface RedisLine {
  readonly port: number;
  /** Holds back each reply for so long, ms; 0 = as fast as it is. */
  delay(ms: number): void;
  /** Lets nothing through in either direction, as a partition does: connections stay and say nothing. */
  cut(): void;
  /** Connections that were cut end, as the other side has long forgotten them; new ones get through. */
  mend(): void;
  close(): Promise<void>;
}

/** Listens on a free port of loopback and passes everything on to Redis. */
export async function openRedisLine(redisPort: number): Promise<RedisLine> {
  const line = new Line(redisPort);
  return { port: await line.listen(), ...line.controls() };
}

class Line {
  readonly #redisPort: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #delayMs = 0;
  #isCut = false;

  constructor(redisPort: number) {
    this.#redisPort = redisPort;
    this.#server = createServer((near) => this.#join(near));
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The line to Redis has no port.');
    return address.port;
  }

  controls(): Omit<RedisLine, 'port'> {
    return {
      delay: (ms) => {
        this.#delayMs = ms;
      },
      cut: () => {
        this.#isCut = true;
      },
      mend: () => {
        this.#isCut = false;
        for (const socket of this.#sockets) socket.destroy();
      },
      close: () =>
        new Promise((resolve) => {
          for (const socket of this.#sockets) socket.destroy();
          this.#server.close(() => resolve());
        }),
    };
  }

  #join(near: Socket): void {
    const far = connect(this.#redisPort, '127.0.0.1');
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (bytes) => {
      if (!this.#isCut) far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (this.#isCut) return;
      if (this.#delayMs === 0) near.write(bytes);
      else setTimeout(() => near.write(bytes), this.#delayMs);
    });
  }
}
