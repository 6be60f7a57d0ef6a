import { expect, test } from 'vitest';
import { findViolations } from './findViolations.ts';
import { rules } from './rules.ts';

/** Breaches in a tree that holds one file with this text; its imports need not exist. */
function breaches(path: string, text: string): readonly string[] {
  return findViolations([{ path, text }], rules);
}

test.each([
  [
    'server/api/overviewRouter.ts',
    "import { z } from 'zod';\nimport { median } from '#shared/statistics.ts';",
  ],
  ['server/api/overviewRouter.ts', "import { router } from './trpc.ts';"],
  ['server/history/sqlite/open.ts', "import type { HistoryStore } from '../historyStore.ts';"],
  ['server/redis/openRedis.ts', "import { Redis } from 'ioredis';"],
  ['server/main.ts', "import { resolveConfig } from '#server/config/resolveConfig.ts';"],
  ['server/main.ts', "const page = await import('#server/http/openHttp.ts');"],
  [
    'cache/store/client.ts',
    "import type { Redis } from 'ioredis';\nimport { type Cluster, type Redis } from 'ioredis';",
  ],
  ['client/charts/StackedArea.tsx', "import { Area } from 'recharts';"],
  ['client/features/tags/TagsView.tsx', "import { useTags } from './useTags.ts';"],
  ['client/features/tags/useTags.ts', "import { useTRPC } from '#client/lib/trpc.ts';"],
  ['client/lib/trpc.ts', "import type { AppRouter } from '#server/api/appRouter.ts';"],
  ['client/lib/useGuardedJob.ts', 'trpc.jobs.start.mutationOptions()'],
  ['test/server/x.test.ts', "import { Redis } from 'ioredis';\nimport { a } from '#server/redis/a.ts';"],
  ['shared/plan.ts', "// import { x } from '#server/api/x.ts';\n/* import { x } from '#server/api/x.ts'; */"],
])('%s may hold: %s', (path, text) => {
  expect(breaches(path, text)).toEqual([]);
});

test.each([
  ['shared takes nothing of ours', 'shared/plan.ts', "import { a } from '#cache/a.ts';"],
  ['the library knows no server', 'cache/cache.ts', "import { a } from '#server/redis/a.ts';"],
  ['the library takes no client of Redis', 'cache/store/a.ts', "import { Redis } from 'ioredis';"],
  ['one value beside types is enough', 'cache/store/a.ts', "import { type Cluster, Redis } from 'ioredis';"],
  ['sources know no snapshot', 'server/sources/a.ts', "import { a } from '#server/snapshot/a.ts';"],
  ['types count', 'server/sources/a.ts', "import type { A } from '#server/snapshot/a.ts';"],
  ['re-exports count', 'server/sources/a.ts', "export { a } from '#server/snapshot/a.ts';"],
  ['imports for their effect count', 'server/sources/a.ts', "import '#server/snapshot/a.ts';"],
  ['dynamic imports count', 'server/sources/a.ts', "await import('#server/snapshot/a.ts');"],
  [
    'imports over many lines count',
    'server/sources/a.ts',
    "import {\n  a,\n  b,\n} from '#server/snapshot/a.ts';",
  ],
  ['routers do not reach Redis', 'server/api/a.ts', "import { a } from '#server/redis/a.ts';"],
  ['one importer of ioredis in the server', 'server/jobs/a.ts', "import { Redis } from 'ioredis';"],
  ['parts of ioredis count', 'server/jobs/a.ts', "import { a } from 'ioredis/built/utils';"],
  ['one importer of recharts', 'client/features/ttl/TtlView.tsx', "import { Area } from 'recharts';"],
  ['one importer of fastify', 'server/api/a.ts', "import fastify from 'fastify';"],
  [
    'features do not import features',
    'client/features/ttl/a.ts',
    "import { a } from '#client/features/tags/a.ts';",
  ],
  ['nor by relative paths', 'client/features/ttl/a.ts', "import { a } from '../tags/a.ts';"],
  ['ui knows no feature', 'client/ui/A.tsx', "import { a } from '#client/features/tags/a.ts';"],
  [
    'only use* files ask the server',
    'client/features/tags/TagsView.tsx',
    "import { useTRPC } from '#client/lib/trpc.ts';",
  ],
  ['views take no tRPC client', 'client/features/tags/TagsView.tsx', "import { a } from '@trpc/client';"],
  [
    'only AppRouter from the server',
    'client/lib/a.ts',
    "import type { Other } from '#server/api/appRouter.ts';",
  ],
  ['AppRouter only as a type', 'client/lib/a.ts', "import { AppRouter } from '#server/api/appRouter.ts';"],
  ['nothing else of the server', 'client/lib/a.ts', "import { a } from '#server/config/config.ts';"],
  ['one door to a change', 'client/features/tags/useTags.ts', 'trpc.jobs.start.mutationOptions()'],
  ['no way round it', 'client/features/tags/useTags.ts', 'client.jobs.start.mutate({})'],
  ['relative imports stay in their folder', 'server/api/a.ts', "import { a } from '../audit/auditLog.ts';"],
  ['the program takes nothing from tests', 'server/main.ts', "import { a } from '#test/support/a.ts';"],
  ['a new folder needs a line', 'extra/a.ts', "import { a } from '#shared/a.ts';"],
])('%s', (_claim, path, text) => {
  expect(breaches(path, text)).not.toEqual([]);
});

test('a circle of files is found, whatever its length', () => {
  const files = ['a', 'b', 'c'].map((name, index) => ({
    path: `shared/${name}.ts`,
    text: `import type { X } from './${['b', 'c', 'a'][index]}.ts';`,
  }));
  expect(findViolations(files, rules)).toEqual([
    'cycle: shared/a.ts -> shared/b.ts -> shared/c.ts -> shared/a.ts',
  ]);
});

test('two ways to the same file are no circle', () => {
  const files = [
    { path: 'shared/a.ts', text: "import { b } from './b.ts';\nimport { c } from './c.ts';" },
    { path: 'shared/b.ts', text: "import { c } from './c.ts';" },
  ];
  expect(findViolations(files, rules)).toEqual([]);
});

test('the table of areas itself goes one way', () => {
  const lines = Object.entries(rules.mayImport).filter(
    ([area]) => !['server', 'client', 'test', 'bench'].includes(area),
  );
  const order: string[] = [];
  for (const _round of lines) {
    const ready = lines.filter(
      ([area, allowed]) =>
        !order.includes(area) && allowed.every((one) => order.includes(one) || one === 'server'),
    );
    order.push(...ready.map(([area]) => area));
  }
  expect(order.toSorted()).toEqual(lines.map(([area]) => area).toSorted());
});
