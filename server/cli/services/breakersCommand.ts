import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { breakersText } from './breakersText.ts';

/** What stands between the services and Redis, worst first. */
export const breakersCommand: CliCommand = {
  name: 'breakers',
  help: 'Breakers of the services now, worst first, and what their calls die of',
  flags: [],
  run: async ({ query }) => {
    const known = await query('resilience.get', { targetId: DEFAULT_TARGET_ID, range: { last: '15m' } });
    return { data: { instances: known.instances }, text: breakersText(known) };
  },
};
