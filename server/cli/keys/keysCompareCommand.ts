import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { aligned } from '../textTable.ts';

/** Has the service that an entry belongs to compare it with its source. Ends with 1 unless they are the same. */
export const keysCompareCommand: CliCommand = {
  name: 'keys compare',
  help: 'Have a service with cachescope/cache compare one of its entries with the source',
  operand: 'KEY',
  flags: [],
  run: async ({ query }, { operands }) => {
    const key = operands[0];
    if (key === undefined || key === '') throw usageProblem('Say which key.');
    const data = await query('keys.compare', { targetId: DEFAULT_TARGET_ID, name: { key } });
    const { state, text, answeredBy } = data;
    const by = answeredBy === null ? 'nobody' : printable(answeredBy);
    return {
      data,
      text: aligned([
        ['state', state],
        ['why', printable(text)],
        ['said by', by],
      ]),
      exitCode: state === 'same' ? 0 : 1,
    };
  },
};
