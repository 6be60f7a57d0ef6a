import { keyTagsKeyName } from '#shared/tags/simpleTagLayout.ts';

/** As bytes, because another program may have listed a key that is not text. */
export function keyTagsKeyBytes(prefix: string, member: Buffer): Buffer {
  return Buffer.concat([Buffer.from(keyTagsKeyName(prefix, '')), member]);
}
