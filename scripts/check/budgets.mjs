import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { findBudgetBreaches } from './findBudgetBreaches.mjs';

const root = new URL('../..', import.meta.url).pathname;
const FOLDERS = ['shared', 'cache', 'server', 'client', 'demo', 'bench', 'test', 'scripts'];

const files = FOLDERS.filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  .filter((entry) => !entry.parentPath.includes('/node_modules'))
  .map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const isCode = /\.(tsx?|mjs|css)$/.test(entry.name);
    return { path: relative(root, path), text: isCode ? readFileSync(path, 'utf8') : null };
  });

const breaches = findBudgetBreaches(files);
for (const breach of breaches) console.log(breach);
process.exitCode = breaches.length === 0 ? 0 : 1;
