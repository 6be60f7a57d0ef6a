import { asAppError } from '#server/redis/faults/asAppError.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';
import { parseKey } from '#shared/keyText.ts';
import { markLayoutOf } from './markLayouts.ts';
import type { TagMark } from './tagMark.ts';

/**
 * The mark under a key, as escaped text. Throws `AppError` badInput for what no layout names so, notFound when nothing of
 * the layout stands there, redisUnreachable and redisRefused.
 */
export async function readTagMark(
  connection: RedisConnection,
  layoutId: string,
  keyText: string,
): Promise<TagMark> {
  const layout = markLayoutOf(layoutId);
  if (layout === null) throw new AppError('badInput', `There is no layout of marks ${layoutId}.`);
  const tagKey = Buffer.from(parseKey(keyText));
  if (layout.parseTagKey(tagKey) === null) {
    throw new AppError('badInput', `${keyText} is not the name of a mark of ${layout.name}.`);
  }
  const mark = await layout.open(connection, tagKey).catch((error: unknown) => {
    throw asAppError(error);
  });
  if (mark === null) {
    throw new AppError('notFound', `There is no mark of ${layout.name} under ${keyText} (any more).`);
  }
  return mark;
}
