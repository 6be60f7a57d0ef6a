import { posix } from 'node:path';

const MOST_LINES = 300;
const MOST_FILES = 15;
/** Names under which anything can be put, so everything is. */
const NAMES_WITHOUT_SUBJECT = [
  'utils',
  'helpers',
  'common',
  'misc',
  'constants',
  'types',
  'manager',
  'service',
  'index',
];
const SUPPRESSION = /(?:\/\/|\/\*)\s*(@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable)/g;

/**
 * Budgets that no tool counts for us. All of them are zero or a hard limit from the first day: there is no list of
 * exceptions that could only grow.
 * @param {readonly { path: string, text: string | null }[]} files text is null for what is not code
 * @returns {readonly string[]} one line each
 */
export function findBudgetBreaches(files) {
  return [...files.flatMap(judgeFile), ...judgeFolders(files.map(({ path }) => path))];
}

/** @param {{ path: string, text: string | null }} file */
function judgeFile({ path, text }) {
  const breaches = path
    .split('/')
    .filter((part) => NAMES_WITHOUT_SUBJECT.includes(part.replace(/\..*$/, '')) && part !== 'index.html')
    .map((part) => `${path}: the name ${part} says nothing about the subject`);
  const lineCount = (text ?? '').trimEnd().split('\n').length;
  if (lineCount > MOST_LINES) breaches.push(`${path}: ${lineCount} lines, at most ${MOST_LINES}`);
  for (const [, word] of (text ?? '').matchAll(SUPPRESSION)) breaches.push(`${path}: suppression ${word}`);
  return breaches;
}

/** @param {readonly string[]} paths */
function judgeFolders(paths) {
  return [...new Set(paths.map(posix.dirname))].flatMap((folder) => {
    const fileCount = paths.filter((path) => posix.dirname(path) === folder).length;
    return fileCount > MOST_FILES ? [`${folder}/: ${fileCount} files, at most ${MOST_FILES}`] : [];
  });
}
