import { type HeldTag, holderKey } from './heldTags.ts';

const CLI = 'redis-cli -u "$REDIS_URL"';

/** Lines for bash that remove the entries of a tag and their fields. */
export function heldTagShellCommands(held: HeldTag, quote: (bytes: Buffer) => string): readonly string[] {
  const { prefix, names, tag } = held;
  const holder = quote(holderKey(held));
  const word = (text: string) => quote(Buffer.from(text, 'latin1'));
  const needle = quote(Buffer.from(JSON.stringify(Buffer.from(tag, 'latin1').toString('utf8'))));
  const send = (before: string, command: string) =>
    `    printf '%s\\n' "$members" | keys ${word(before)} | xargs -0 -n 100 ${CLI} ${command};`;
  return [
    '# Removes the entries and what the hash says of them (bash). For names without line breaks; the page takes any bytes.',
    '# Services with @trieb.work/nextjs-turbo-redis-cache are not told by these lines; the page tells them.',
    [
      `keys() { while IFS= read -r member; do printf '%s\\0' "$1$member"; done; }`,
      `cursor=0; while page=$(${CLI} --raw HSCAN ${holder} "$cursor" COUNT 100); do`,
      `  cursor=\${page%%$'\\n'*}; members=$(printf '%s\\n' "$page" | sed 1d | needle=${needle} awk 'NR % 2 { f = $0; next } index($0, ENVIRON["needle"]) { print f }');`,
      '  if [ -n "$members" ]; then',
      send(prefix, 'UNLINK'),
      send('', `HDEL ${holder}`),
      ...(names.ends === null ? [] : [send('', `HDEL ${word(prefix + names.ends)}`)]),
      '  fi;',
      `  [ "$cursor" = 0 ] && break; sleep 0.05; done`,
    ].join('\n'),
    ...(names.comparesAll
      ? [
          `${CLI} HSET ${word(prefix + names.revalidated)} ${word(tag)} "$(${CLI} --raw TIME | awk 'NR == 1 { s = $0 } NR == 2 { printf "%d%03d", s, $0 / 1000 }')"`,
        ]
      : []),
  ];
}
