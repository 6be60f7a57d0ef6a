import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runCli } from '#server/cli/runCli.ts';

const ROOT = new URL('../../', import.meta.url);

/** Each command that a page shows, in words as a shell reads them. What serves is no command of these. */
async function commandsOf(page: string): Promise<readonly (readonly string[])[]> {
  const text = await readFile(new URL(page, ROOT), 'utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .flatMap((line) => line.split(/ [|>] /))
    .flatMap((line) => /^\s*(?:npm run --silent )?cachescope (?:-- )?(.*)$/.exec(line)?.[1] ?? [])
    .map((line) =>
      [...line.matchAll(/'([^']*)'|"([^"]*)"|([^\s[\]]+)/g)].map(
        (word) => word[1] ?? word[2] ?? word[3] ?? '',
      ),
    )
    .filter(([first]) => first !== 'serve');
}

const guides = (await readdir(new URL('docs/guides', ROOT))).map((name) => `docs/guides/${name}`);

test.each(['README.md', ...guides])('the commands that %s shows exist, with their flags', async (page) => {
  for (const words of await commandsOf(page)) {
    const errors: string[] = [];
    // Help is given only when all else in the line is understood.
    const code = await runCli([...words, '--help'], {
      print: () => {},
      printError: (text) => errors.push(text),
      dataDirectory: null,
    });
    expect({ words, code, errors }).toEqual({ words, code: 0, errors: [] });
  }
});

test('the guide of purging shows commands', async () => {
  expect((await commandsOf('docs/guides/purge.md')).length).toBeGreaterThan(10);
});
