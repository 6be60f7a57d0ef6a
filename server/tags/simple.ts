import { type RedisCommand, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { keyTagsKeyName, SIMPLE_LAYOUT, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import { listSimpleTags } from './listSimpleTags.ts';
import { parseInteger, parseScanPage, type ScanPage } from './parseReplies.ts';
import { parseSimpleTagKey } from './parseSimpleTagKey.ts';
import type { RemovalCommands, TagLayout } from './tagLayout.ts';

const TAGS_PER_PAGE = 200;

/** The library's own layout (shared/tags/simpleTagLayout.ts): a set of keys for each tag, a set of tags for each key. */
export const simple: TagLayout = {
  id: SIMPLE_LAYOUT,
  parseTagKey: (tagKey) => parseSimpleTagKey(tagKey)?.tag ?? null,
  listTags: listSimpleTags,

  async readMemberCount(connection, tagKey) {
    const type = String(await connection.send('TYPE', tagKey));
    return type === 'set' ? parseInteger(await connection.send('SCARD', tagKey)) : null;
  },

  async readMembers(connection, tagKey, { cursor, count }) {
    return parseScanPage(await connection.send('SSCAN', tagKey, cursor, 'COUNT', count));
  },

  async prepareRemoval(connection, tagKey, keys): Promise<RemovalCommands> {
    const prefix = prefixOf(tagKey);
    const tagsOfKeys = await readTagsOfKeys(connection, prefix, keys);
    const membersByTagKey = new Map<string, Buffer[]>([[tagKey.toString('latin1'), [...keys]]]);
    for (const [index, key] of keys.entries()) {
      for (const tag of tagsOfKeys[index] ?? []) {
        const name = tagKeyName(prefix, tag.toString('latin1'));
        if (name === tagKey.toString('latin1')) continue;
        const members = membersByTagKey.get(name) ?? [];
        members.push(key);
        membersByTagKey.set(name, members);
      }
    }
    const leaveTags = [...membersByTagKey].map(
      ([name, members]): RedisCommand => ['SREM', Buffer.from(name, 'latin1'), ...members],
    );
    const tagsKeys = keys
      .filter((_, index) => tagsOfKeys[index] !== null)
      .map((key) => tagsKeyOf(prefix, key));
    const dropTagsOfKeys: RedisCommand[] = tagsKeys.length > 0 ? [['UNLINK', ...tagsKeys]] : [];
    return { removeValues: ['UNLINK', ...keys], cleanIndex: [...leaveTags, ...dropTagsOfKeys] };
  },

  prepareShellCommands(tagKey, quote) {
    const cli = 'redis-cli -u "$REDIS_URL"';
    const index = quote(tagKey);
    const tagsPrefix = quote(Buffer.from(keyTagsKeyName(prefixOf(tagKey), ''), 'latin1'));
    const each = (command: string) =>
      `printf '%s\\n' "$keys" | tr '\\n' '\\0' | xargs -0 -n 100 ${cli} ${command}`;
    const eachTags = `printf '%s\\n' "$keys" | while IFS= read -r key; do printf '%s\\0' ${tagsPrefix}"$key"; done`;
    return [
      '# Reads only: how many keys, and some of them.',
      `${cli} SCARD ${index}`,
      `${cli} SRANDMEMBER ${index} 20`,
      '# Removes them, 100 at a time (bash). For key names without line breaks; the page takes any bytes.',
      '# Other tags of these keys keep a dead member each, which does no harm; the page removes those too.',
      [
        `cursor=0; while page=$(${cli} --raw SSCAN ${index} "$cursor" COUNT 100); do`,
        `  cursor=\${page%%$'\\n'*}; keys=$(printf '%s\\n' "$page" | sed -e 1d -e '/^$/d');`,
        `  if [ -n "$keys" ]; then ${each('UNLINK')};`,
        `    ${each(`SREM ${index}`)};`,
        `    ${eachTags} | xargs -0 -n 100 ${cli} UNLINK;`,
        `    ${each('UNLINK')}; fi;`,
        `  [ "$cursor" = 0 ] && break; sleep 0.05; done`,
      ].join('\n'),
    ];
  },
};

function prefixOf(tagKey: Buffer): string {
  return parseSimpleTagKey(tagKey)?.prefix.toString('latin1') ?? '';
}

function tagsKeyOf(prefix: string, key: Buffer): Buffer {
  return Buffer.from(keyTagsKeyName(prefix, key.toString('latin1')), 'latin1');
}

/**
 * The tags of each key, as bytes; null where another type stands under the name, which is then not ours to remove.
 * By SSCAN, since SMEMBERS of a set that grew would hold the node.
 */
async function readTagsOfKeys(
  connection: RedisConnection,
  prefix: string,
  keys: readonly Buffer[],
): Promise<readonly (readonly Buffer[] | null)[]> {
  const firstStep = keys.map(
    (key): RedisCommand => ['SSCAN', tagsKeyOf(prefix, key), '0', 'COUNT', TAGS_PER_PAGE],
  );
  const replies = await connection.pipeline(firstStep);
  const all: (Buffer[] | null)[] = [];
  for (const [index, key] of keys.entries()) {
    const reply = replies[index];
    if (reply instanceof RedisFault && reply.kind === 'wrongType') {
      all.push(null);
      continue;
    }
    let page: ScanPage = parseScanPage(reply);
    const tags = [...page.elements];
    while (page.cursor !== null) {
      const step = ['SSCAN', tagsKeyOf(prefix, key), page.cursor, 'COUNT', TAGS_PER_PAGE] as const;
      page = parseScanPage(await connection.send(...step));
      tags.push(...page.elements);
    }
    all.push(tags);
  }
  return all;
}
