import { connect } from 'node:net';
import { openRespParser } from '#server/redis/respParser.ts';
import { keyName } from './fillKeyspace.ts';

// Sends GETs at the pace it was told, in small groups every millisecond, and never waits for a reply: a stall of the
// server meets as many requests as it would from real neighbours.
const [port = 0, perSecond = 0, keyCount = 1] = process.argv.slice(2).map(Number);
const TICK_MS = 1;
const KEPT = 4_000_000;

const socket = connect(port, '127.0.0.1');
const parser = openRespParser();
const sentAtMs: number[] = [];
let sentFrom = 0;
let latenciesMs: number[] = [];
let beganAtMs = performance.now();
let dueCount = 0;
let number = 0;
const startedAtMs = performance.now();

socket.setNoDelay(true);
socket.on('data', (chunk) => {
  const nowMs = performance.now();
  for (const _ of parser.push(chunk)) {
    latenciesMs.push(nowMs - (sentAtMs[sentFrom] ?? nowMs));
    sentFrom += 1;
  }
  if (sentFrom > KEPT) {
    sentAtMs.splice(0, sentFrom);
    sentFrom = 0;
  }
});

function tick(): void {
  const nowMs = performance.now();
  const wanted = Math.floor(((nowMs - startedAtMs) * perSecond) / 1_000);
  let request = '';
  for (; dueCount < wanted; dueCount += 1) {
    number = (number * 48_271 + 11) % 2_147_483_647;
    const name = keyName(number % keyCount);
    request += `*2\r\n$3\r\nGET\r\n$${name.length}\r\n${name}\r\n`;
    sentAtMs.push(nowMs);
  }
  if (request !== '') socket.write(request);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

process.on('message', (message) => {
  if (message === 'begin') {
    latenciesMs = [];
    beganAtMs = performance.now();
    return;
  }
  const seconds = (performance.now() - beganAtMs) / 1_000;
  const sorted = latenciesMs.sort((left, right) => left - right);
  process.send?.({
    perSecond: sorted.length / seconds,
    p50Ms: percentile(sorted, 0.5),
    p90Ms: percentile(sorted, 0.9),
    p99Ms: percentile(sorted, 0.99),
    maxMs: sorted.at(-1) ?? 0,
  });
});
process.on('disconnect', () => process.exit(0));
socket.once('connect', () => {
  setInterval(tick, TICK_MS);
  process.send?.('ready');
});
