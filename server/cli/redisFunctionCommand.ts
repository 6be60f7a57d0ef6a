import { FENCE_FUNCTION, FENCE_LOAD_COMMAND, FENCE_SOURCE } from '#shared/fence/fenceLibrary.ts';
import type { CliCommand } from './cliCommand.ts';

/** Needs no server. What it prints is read by redis-cli, to the byte. */
export const redisFunctionCommand: CliCommand = {
  name: 'redis function',
  help: `The function that fences purges, for an admin to load into each node: ${FENCE_LOAD_COMMAND}`,
  flags: [],
  run: async () => ({ data: { name: FENCE_FUNCTION, source: FENCE_SOURCE }, text: FENCE_SOURCE.trimEnd() }),
};
