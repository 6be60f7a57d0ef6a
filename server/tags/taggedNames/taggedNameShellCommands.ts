import { type NamedTag, taggedNameStart } from './taggedNames.ts';

const CLI = 'redis-cli -u "$REDIS_URL"';

/** Lines for bash that remove the entries whose names hold the tag. */
export function taggedNameShellCommands(
  { prefix, tag }: NamedTag,
  quote: (bytes: Buffer) => string,
): readonly string[] {
  const word = (text: string) => quote(Buffer.from(text, 'latin1'));
  return [
    '# Removes the four keys of each entry (bash). For names without line breaks; the page takes any bytes.',
    [
      `${CLI} --scan | start=${word(taggedNameStart(prefix))} tag=${word(tag)} awk 'BEGIN { s = ENVIRON["start"]; t = ":" ENVIRON["tag"] ":" }`,
      '  index($0, s) == 1 { rest = substr($0, length(s) + 1); id = rest; sub(/.*:/, "", id);',
      `  if (index(":" substr(rest, 1, length(rest) - length(id)), t)) print id }' | while IFS= read -r id; do`,
      `  metadata=$(${CLI} --raw HGET ${word(`${prefix}ids:`)}"$id" metadataKey </dev/null)`,
      `  tags=$(${CLI} --raw HGET "$metadata" tagsKey </dev/null)`,
      `  ${CLI} UNLINK ${word(`${prefix}values:`)}"$id" "$metadata" "$tags" ${word(`${prefix}ids:`)}"$id" </dev/null`,
      'done',
    ].join('\n'),
  ];
}
