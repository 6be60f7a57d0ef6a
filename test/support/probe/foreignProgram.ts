import { connect } from 'node:net';
import { openRespParser } from '#server/redis/respParser.ts';

// A program that knows nothing of Cachescope: GETs of two kinds of keys, four in five and one in five of which are there, in
// pipelines of 20. Counts its own hits and misses by the time at which it had the answers.
const [port = 0, perSecond = 1_000] = process.argv.slice(2).map(Number);

const KINDS = [
  { name: 'shop:product', hitRatio: 0.8 },
  { name: 'user:session', hitRatio: 0.2 },
] as const;
const KEY_COUNT = 1_000;
const BATCH = 20;
/** Prime, so that each thousand look-ups of a kind go once through all of its keys, and no stretch of them has luck. */
const STRIDE = 379;

interface Counted {
  readonly atMs: number;
  readonly kind: string;
  readonly isHit: boolean;
}

const socket = connect(port, '127.0.0.1');
const parser = openRespParser();
const counted: Counted[] = [];
const asked: string[] = [];
let sentCount = 0;
const startedAtMs = performance.now();

socket.setNoDelay(true);
socket.on('data', (chunk) => {
  const atMs = Date.now();
  for (const reply of parser.push(chunk)) {
    const kind = asked.shift();
    if (kind !== undefined) counted.push({ atMs, kind, isHit: reply !== null });
  }
});

function encode(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

function send(): void {
  const due = ((performance.now() - startedAtMs) * perSecond) / 1_000;
  let request = '';
  for (; sentCount + BATCH <= due; sentCount += BATCH) {
    for (let count = 0; count < BATCH; count += 1) {
      const { name } = KINDS[count % KINDS.length] ?? KINDS[0];
      asked.push(name);
      request += encode(
        'GET',
        `${name}:${(Math.floor((sentCount + count) / KINDS.length) * STRIDE) % KEY_COUNT}`,
      );
    }
  }
  if (request !== '') socket.write(request);
}

process.on('message', () => process.send?.(counted));
process.on('disconnect', () => process.exit(0));
socket.once('connect', () => {
  let fill = '';
  for (const { name, hitRatio } of KINDS) {
    for (let id = 0; id < KEY_COUNT; id += 1) {
      // Scattered, so that no range of ids is all there.
      if ((id * 7) % 100 >= hitRatio * 100) continue;
      fill += encode('SET', `${name}:${id}`, 'secret value \u00fc"\\');
      asked.push('');
    }
  }
  socket.write(fill);
  setInterval(send, 2);
  process.send?.('ready');
});
