import { keyWord, shellWord } from '#client/lib/shellWord.ts';
import type { KeyInspection } from '#shared/keys/keyInspection.ts';
import { SHOWN_ELEMENTS, SHOWN_VALUE_BYTES } from '#shared/keys/keyValue.ts';

/** A line for bash that reads the start of the key's value, and no more of it than this page would. Null for a name that was cut. */
export function keyCommand({ text, isCut, facts }: KeyInspection, redisAddress: string): string | null {
  if (isCut) return null;
  const type = facts?.type.state === 'known' ? facts.type.value : '';
  const [command, rest] = commands[type] ?? ['TYPE', ''];
  return `redis-cli -u ${shellWord(redisAddress)} ${command} ${keyWord(text)}${rest}`;
}

const commands: Readonly<Record<string, readonly [command: string, rest: string] | undefined>> = {
  string: ['GETRANGE', ` 0 ${SHOWN_VALUE_BYTES - 1}`],
  list: ['LRANGE', ` 0 ${SHOWN_ELEMENTS - 1}`],
  hash: ['HSCAN', ` 0 COUNT ${SHOWN_ELEMENTS}`],
  set: ['SSCAN', ` 0 COUNT ${SHOWN_ELEMENTS}`],
  zset: ['ZSCAN', ` 0 COUNT ${SHOWN_ELEMENTS}`],
  stream: ['XRANGE', ` - + COUNT ${SHOWN_ELEMENTS}`],
};
