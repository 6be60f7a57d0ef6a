import { expect, test } from 'vitest';
import { joinListeners } from '#server/sources/targets/joinListeners.ts';
import { noAccess, noLabels, type ScrapeTarget } from '#server/sources/targets/scrapeTarget.ts';

function target(id: string): ScrapeTarget {
  const url = `http://${id}/metrics`;
  return {
    ...{ id, url, origin: 'configuration', foundBy: '', labels: noLabels },
    ...{ access: noAccess, connectTo: null, ranges: null },
  };
}

test('the listener hears the targets and finders of all', () => {
  let targets: readonly string[] = [];
  let finders: readonly string[] = [];
  const join = joinListeners({
    targetsChanged(changed) {
      targets = changed.map(({ id }) => id);
    },
    scraped: () => {},
    findersChanged(changed) {
      finders = changed.map(({ name }) => name);
    },
  });
  const [first, second] = [join(), join()];
  first.targetsChanged([target('a')]);
  second.targetsChanged([target('b')]);
  first.targetsChanged([target('a'), target('c')]);
  expect(targets).toEqual(['a', 'c', 'b']);
  expect(second.targets().map(({ id }) => id)).toEqual(['b']);
  const finder = { kind: 'dns', state: 'working', targetCount: 0, lastOkAtMs: null, detail: '' } as const;
  first.findersChanged([{ ...finder, name: 'one' }]);
  second.findersChanged([{ ...finder, name: 'two' }]);
  expect(finders).toEqual(['one', 'two']);
});
