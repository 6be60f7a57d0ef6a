import { createServer } from 'node:net';

// Answers as far as MONITOR needs it, then pours prepared lines as fast as the reader takes them, and closes.
const [lineCount = 0] = process.argv.slice(2).map(Number);
const PREPARED_LINES = 20_000;
const FIRST_LINE_MS = 200;

function monitorLine(number: number): string {
  const id = (number * 48_271) % 1_000_003;
  const from = `[0 127.0.0.1:${40_000 + (number % 50)}]`;
  const time = `1795649799.${String(number % 1_000_000).padStart(6, '0')}`;
  const command =
    number % 5 === 0
      ? `"SET" "shop:cart:${id}" "${'v'.repeat(100)}" "EX" "60"`
      : `"GET" "shop:product:${id}"`;
  return `+${time} ${from} ${command}\r\n`;
}

const prepared = Buffer.from(Array.from({ length: PREPARED_LINES }, (_, at) => monitorLine(at)).join(''));

const server = createServer((socket) => {
  let leftCount = lineCount / PREPARED_LINES;
  const pour = (): void => {
    while (leftCount > 0) {
      leftCount -= 1;
      if (!socket.write(prepared)) return;
    }
    socket.end();
  };
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    const text = chunk.toString().toLowerCase();
    if (text.includes('hello')) socket.write('%1\r\n$5\r\nproto\r\n:3\r\n');
    else if (text.includes('monitor')) {
      if (text.includes('subscribe')) socket.write('>3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n');
      socket.write('+OK\r\n');
      socket.on('drain', pour);
      // ioredis ends with an uncaught error when a line comes in the same read as the answer to MONITOR.
      setTimeout(pour, FIRST_LINE_MS);
    } else socket.write('+OK\r\n');
  });
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit(0));
