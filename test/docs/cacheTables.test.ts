import { expect, it } from 'vitest';
import { cacheErrorCodes } from '#cache/cacheError.ts';
import { metricNames } from '#shared/metricNames.ts';
import {
  documentedOptions,
  firstColumn,
  type OptionTable,
  optionTables,
  writtenDefaults,
} from '#test/support/docs/optionTables.ts';
import { readPages } from '#test/support/docs/readPages.ts';

const pages = await readPages('cache');
const tables = pages.flatMap(optionTables);
const pageOf = (name: string) =>
  pages.find((page) => page.name === name) ?? { name, text: '', program: null };
const optionsOf = async ({ kind, file, subject }: OptionTable) =>
  kind === 'defaults'
    ? writtenDefaults(file, subject)
    : (await Promise.all(subject.split('+').map(documentedOptions))).flat();

it.each(tables)('$page shows $kind of $subject as they are', async (table) => {
  const options = await optionsOf(table);
  const shown = new Set(table.rows.map(({ name }) => name));
  const expected = table.kind === 'some options' ? options.filter(({ name }) => shown.has(name)) : options;
  const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
  expect([...table.rows].sort(byName)).toEqual([...expected].sort(byName));
  expect(table.rows.length).toBeGreaterThan(0);
});

it('every option of a cache is on the page of options', async () => {
  const options = [
    ...(await documentedOptions('CacheOptions')),
    ...(await documentedOptions('EventOptions')),
  ];
  const page = pageOf('options');
  const shown = [...firstColumn(page, '## Numbers and names'), ...firstColumn(page, '## Groups and parts')];
  expect(shown.sort()).toEqual(options.map(({ name }) => name).sort());
});

it('every code of an error has its row, in the order of the code', () => {
  const errors = pageOf('errors');
  expect([
    ...firstColumn(errors, '## Thrown at you'),
    ...firstColumn(errors, '## Counted or returned'),
  ]).toEqual(cacheErrorCodes);
});

it('every metric has its row', () => {
  const names: readonly string[] = Object.values(metricNames);
  expect(firstColumn(pageOf('metrics'), '## Metrics').sort()).toEqual([...names].sort());
});

it('links between the pages lead to a page and a heading', () => {
  const dead = pages.flatMap(({ name, text }) =>
    [...text.matchAll(/\]\(([\w-]*)(?:\.md)?(?:#([\w-]+))?\)/g)]
      .filter(([, target = '', heading]) => {
        const page = target === '' ? pageOf(name) : pageOf(target);
        return page.text === '' || (heading !== undefined && !headingsOf(page.text).includes(heading));
      })
      .map(([link]) => `${name}: ${link}`),
  );
  expect(dead).toEqual([]);
});

function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
