import type { RedisCommand } from './redisConnection.ts';

/** Commands as the bytes of one write (RESP2 arrays of bulk strings). For few commands; pages of keys have their own way. */
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
