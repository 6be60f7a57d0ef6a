// node scripts/run.mjs [--needs redis,page,...] -- command [arguments]; runArguments.mjs lists the needs
//
// Sets up what is missing, then runs the command on the Node that the lock file brings. Must itself run on Node 18
// without any package. Each step checks first, so that a second run does no work and prints nothing.
import { SetupFailure } from './setup/announce.mjs';
import { ensureExtraPackages } from './setup/extraPackages.mjs';
import { ensureNode } from './setup/nodeVersion.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { ensurePage } from './setup/page.mjs';
import { parseRunArguments } from './setup/runArguments.mjs';
import { runCommand } from './setup/runCommand.mjs';
import { ensureSystemPackages } from './setup/systemPackages.mjs';

const root = new URL('..', import.meta.url).pathname;

try {
  const { needs, command } = parseRunArguments(process.argv.slice(2));
  await ensurePackages(root);
  const env = ensureNode(root, process.env);
  Object.assign(env, await ensureSystemPackages(needs, { root, env }));
  // Without it Node keeps its TypeScript parser in memory, some 20 MiB for as long as the program runs.
  env.NODE_COMPILE_CACHE ??= `${root}node_modules/.cache/node`;
  if (needs.includes('page')) await ensurePage(root, env);
  await ensureExtraPackages(needs, { root, env });
  process.exitCode = await runCommand(command, { root, env });
} catch (error) {
  if (!(error instanceof SetupFailure)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}
