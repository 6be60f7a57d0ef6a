import { connect } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { z } from 'zod';

// Sends one PING after the other on a connection of its own, in a thread of its own, and keeps the longest wait.
const port = z.number().parse(process.argv[2] === undefined ? undefined : Number(process.argv[2]));
const socket = connect(port, '127.0.0.1');
socket.setNoDelay(true);
let sentAtMs = 0;
let worstMs = 0;

function ping(): void {
  sentAtMs = performance.now();
  socket.write('PING\r\n');
}

socket.on('data', () => {
  worstMs = Math.max(worstMs, performance.now() - sentAtMs);
  setImmediate(ping);
});
socket.once('connect', () => {
  ping();
  parentPort?.postMessage('ready');
});
parentPort?.on('message', () => {
  parentPort?.postMessage(Math.max(worstMs, performance.now() - sentAtMs));
  socket.destroy();
  parentPort?.close();
});
