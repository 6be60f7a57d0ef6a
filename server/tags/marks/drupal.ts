import { countedShellLines, readCountedMark } from './countedMark.ts';
import { markLayout } from './markLayout.ts';

/**
 * Drupal's redis module: `{prefix}:cachetags:{tag}`, a counter; an item holds the sum of the counters of its tags. None stands for
 * 0. Removing a counter in place of raising it would bring old items back.
 */
export const drupal = markLayout({
  id: 'drupal',
  name: 'Drupal',
  markType: 'string',
  refusal: null,
  reach: 'A request that has read the counter keeps it until it ends.',
  read: (connection, place) => readCountedMark(connection, place, async () => []),
  shellLines: countedShellLines,
});
