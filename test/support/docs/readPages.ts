import { readdir, readFile } from 'node:fs/promises';

export interface Page {
  /** File name without its ending. */
  readonly name: string;
  readonly text: string;
  /** Its examples as one module, each line where it stands in the page; null = it has none. */
  readonly program: string | null;
}

const docsDirectory = new URL('../../../docs/', import.meta.url);

/** What an example need not open itself. It stands in the line of the page's heading. */
const PRELUDE = "import { redis, source } from '#test/support/docs/prelude.ts';";

/** The pages about the library, or the guides to the page, by name. */
export async function readPages(folder: 'cache' | 'guides'): Promise<Page[]> {
  const directory = new URL(`${folder}/`, docsDirectory);
  const files = (await readdir(directory)).filter((file) => file.endsWith('.md')).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, directory), 'utf8');
      return { name: file.slice(0, -'.md'.length), text, program: programOf(text) };
    }),
  );
}

/** Blocks marked `ts example` run with the prelude, those marked `ts program` without, as they stand. */
function programOf(text: string): string | null {
  let block: 'example' | 'program' | null = null;
  let isOwnProgram = false;
  let hasCode = false;
  const lines = text.split('\n').map((line) => {
    const opening = /^```ts (example|program)$/.exec(line)?.[1];
    if (opening === 'example' || opening === 'program') {
      block = opening;
      isOwnProgram ||= opening === 'program';
      hasCode = true;
      return '';
    }
    if (line.startsWith('```')) block = null;
    return block === null ? '' : line;
  });
  if (!hasCode) return null;
  return [isOwnProgram ? 'export {};' : PRELUDE, ...lines.slice(1)].join('\n');
}
