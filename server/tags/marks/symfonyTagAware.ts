import { markLayout } from './markLayout.ts';
import { readVersionMark, versionShellLines } from './versionMark.ts';

/**
 * Symfony's TagAwareAdapter on a plain Redis pool: `{namespace}{tag}` and the marker, a version that is a number (before 6.1) or 6
 * random bytes, serialised by PHP or igbinary.
 */
export const symfonyTagAware = markLayout({
  id: 'symfonyTagAware',
  name: 'Symfony TagAware',
  markType: 'string',
  refusal: null,
  reach: 'A process that has just read the version of the tag keeps it for 0.15 s.',
  read: readVersionMark,
  shellLines: versionShellLines,
});
