import type { IndexNames } from './indexNames.ts';
import type { EntrySetType } from './members.ts';

interface ShellParts {
  readonly indexType: EntrySetType;
  readonly tagKey: Buffer;
  readonly tag: Buffer;
  readonly names: IndexNames;
  /** A safe shell word of bytes. */
  readonly quote: (bytes: Buffer) => string;
}

const CLI = 'redis-cli -u "$REDIS_URL"';

/** Lines for bash that remove what the index lists, in the order in which the job does it: values, index, values again. */
export function entryShellCommands({ indexType, tagKey, tag, names, quote }: ShellParts): readonly string[] {
  const verbs =
    indexType === 'set'
      ? { count: 'SCARD', some: 'SRANDMEMBER', walk: 'SSCAN', remove: 'SREM', members: 'sed 1d' }
      : {
          ...{ count: 'ZCARD', some: 'ZRANDMEMBER', walk: 'ZSCAN', remove: 'ZREM' },
          // Each member is followed by its score.
          members: "awk 'NR % 2 == 0'",
        };
  const index = quote(tagKey);
  const word = (text: string) => quote(Buffer.from(text, 'latin1'));
  const send = (prefix: string, command: string) =>
    `    printf '%s\\n' "$members" | keys ${word(prefix)} | xargs -0 -n 100 ${CLI} ${command};`;
  const { entryPrefix, reverse, memberLists, tagList } = names;
  const purge = [
    `keys() { while IFS= read -r member; do printf '%s\\0' "$1$member"; done; }`,
    `cursor=0; while page=$(${CLI} --raw ${verbs.walk} ${index} "$cursor" COUNT 100); do`,
    `  cursor=\${page%%$'\\n'*}; members=$(printf '%s\\n' "$page" | ${verbs.members} | sed '/^$/d');`,
    '  if [ -n "$members" ]; then',
    send(entryPrefix, 'UNLINK'),
    send('', `${verbs.remove} ${index}`),
    ...(reverse === null ? [] : [send(reverse.prefix, 'UNLINK')]),
    ...memberLists.map((list) => send('', `SREM ${word(list)}`)),
    send(entryPrefix, 'UNLINK'),
    '  fi;',
    `  [ "$cursor" = 0 ] && break; sleep 0.05; done`,
  ].join('\n');
  const end = tagList === null ? [] : [`${CLI} SREM ${word(tagList)} ${quote(tag)}`];
  return [
    '# Reads only: how many keys, and some of them.',
    `${CLI} ${verbs.count} ${index}`,
    `${CLI} ${verbs.some} ${index} 20`,
    '# Removes them, 100 at a time (bash). For names without line breaks; the page takes any bytes.',
    '# Other tags of these keys keep a dead member each, which does no harm' +
      (reverse === null ? ', as after a purge by the library itself.' : '; the page removes those too.'),
    purge,
    ...end,
  ];
}
