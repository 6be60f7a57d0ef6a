import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { SHOWN_ELEMENTS, SHOWN_VALUE_BYTES } from '#shared/keys/keyValue.ts';
import { LOOK_VALUE_BYTES } from '#shared/look/patternLook.ts';

const guide = await readFile(new URL('../../docs/guides/keys.md', import.meta.url), 'utf8');

test('the ACL line of the guide is the least that looking at keys and values needs', () => {
  const roles = ['monitor', 'sampler', 'inspector'] as const;
  const line = aclLine({ user: 'cachescope', roles, prefix: 'app:', database: 0 });
  expect(guide).toContain(line.replace('user cachescope on', 'ACL SETUSER cachescope on >PASSWORD'));
});

test('the amounts of the guide are those of the program', () => {
  expect(guide).toContain(`the first ${LOOK_VALUE_BYTES} bytes`);
  expect(guide).toContain(
    `the first ${SHOWN_VALUE_BYTES / 1_024} KiB of a string, or the first\n${SHOWN_ELEMENTS} elements`,
  );
});
