import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { flagOf, variableOf } from '#server/config/setting.ts';
import { allSettings } from '#server/config/settings.ts';
import { aclLine } from '#server/redis/acl/aclLine.ts';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const guide = await readFile(new URL('../../docs/guides/purge.md', import.meta.url), 'utf8');

test('the README lists every setting as it is', () => {
  const rows = allSettings.map((setting) => {
    const argument = setting.argument === null ? '' : ` ${setting.argument}`;
    const flag = setting.isSecret ? '' : `\`${flagOf(setting)}${argument}\``;
    const meaning = `${setting.help}${setting.isRepeatable ? '; repeatable' : ''}`;
    return `| ${flag} | \`${variableOf(setting)}\` | ${setting.shownDefault ?? ''} | ${meaning} |`;
  });
  expect(readme.split('\n').filter((line) => line.includes('`CACHESCOPE_') && line.startsWith('|'))).toEqual(
    rows,
  );
});

test('the ACL line of the README is the least that the program needs', () => {
  const roles = ['monitor', 'sampler', 'operator'] as const;
  const line = aclLine({ user: 'cachescope', roles, prefix: 'app:', database: 0 });
  expect(readme).toContain(line.replace('user cachescope on', 'ACL SETUSER cachescope on >PASSWORD'));
  const fenced = aclLine({ user: 'cachescope', roles, prefix: 'app:', database: 0, isFenced: true });
  const more = fenced.split(/ (?=\()/).filter((part) => !line.includes(part));
  expect(more).toHaveLength(1);
  for (const file of [readme, guide]) expect(file).toContain(`\`${more[0]}\``);
});
