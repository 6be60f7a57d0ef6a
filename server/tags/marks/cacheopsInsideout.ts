import { markLayout } from './markLayout.ts';
import { readVersionMark, versionShellLines } from './versionMark.ts';

/**
 * django-cacheops 7 with CACHEOPS_INSIDEOUT: `{prefix}conj:{table}:{field=value&…}`, a random stamp. An entry begins with a hash of
 * the stamps of all its conditions, so that it is a miss once one of them is gone.
 */
export const cacheopsInsideout = markLayout({
  id: 'cacheopsInsideout',
  name: 'django-cacheops (inside out)',
  markType: 'string',
  refusal: null,
  reach: 'Nothing is held in memory: every read compares the stamps.',
  read: readVersionMark,
  shellLines: versionShellLines,
});
