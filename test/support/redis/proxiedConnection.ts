import { connect, type Socket } from 'node:net';
import { type Fault, ProxyLane } from './proxyLane.ts';

/** A client's connection and the one to Redis that stands for it. */
export class ProxiedConnection {
  readonly toRedis: ProxyLane;
  readonly toClient: ProxyLane;
  readonly #client: Socket;
  readonly #redis: Socket;
  #isClosed = false;
  #tell: () => void = () => {};

  constructor(
    client: Socket,
    targetPort: number,
    faults: { readonly toRedis: Fault; readonly toClient: Fault },
  ) {
    this.#client = client;
    this.#redis = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    this.toRedis = new ProxyLane(this.#client, this.#redis);
    this.toClient = new ProxyLane(this.#redis, this.#client);
    this.#pump(this.#client, this.toRedis);
    this.#pump(this.#redis, this.toClient);
    this.apply(faults);
  }

  onceClosed(tell: () => void): void {
    this.#tell = tell;
  }

  apply(faults: { readonly toRedis: Fault; readonly toClient: Fault }): void {
    this.toRedis.apply(faults.toRedis);
    this.toClient.apply(faults.toClient);
  }

  reset(): void {
    if (!this.#client.destroyed) this.#client.resetAndDestroy();
    this.destroy();
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.toRedis.stop();
    this.toClient.stop();
    this.#client.destroy();
    this.#redis.destroy();
    this.#tell();
  }

  #pump(sender: Socket, lane: ProxyLane): void {
    sender.on('data', (chunk) => lane.push(chunk));
    sender.on('end', () => lane.push(null));
    // The receiver learns of it as of anything else that is sent: late, or never.
    sender.on('error', () => lane.push(null));
    sender.on('close', () => {
      if (this.#client.destroyed && this.#redis.destroyed) this.destroy();
    });
  }
}
