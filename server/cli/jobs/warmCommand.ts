import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { type CliOptions, usageProblem } from '../cliOptions.ts';
import { exitCodeHelp } from './jobExitCode.ts';
import { answerFlags } from './planned/answerPlan.ts';
import { runPlanned } from './planned/runPlanned.ts';

/** Has a service run one of its warmers: a plan by one of its instances, its confirmation, its job. */
export const warmCommand: CliCommand = {
  name: 'warm',
  help: `Has a service with cachescope/cache run a warmer, by a plan that is shown and confirmed first. ${exitCodeHelp}`,
  operand: 'WARMER',
  flags: [
    { flag: '--service', value: 'NAME', help: 'whose warmer it is, where its keys begin with its name' },
    { flag: '--prefix', value: 'TEXT', help: 'how the keys of the service begin, where that is otherwise' },
    {
      flag: '--hook',
      help: 'give the service, which needs no library of ours, the keys that are missed most',
    },
    { flag: '--rate', value: 'N', help: 'loads a second at most, in place of those of the warmer' },
    ...answerFlags,
  ],
  run: async (tools, options) => {
    const warmer = warmerOf(options);
    const perSecond = rateOf(options);
    tools.terminal.showProgress('Planning: asking the service what it would load …');
    try {
      const plan = await tools.query('jobs.planWarm', {
        ...{ targetId: DEFAULT_TARGET_ID, warmer, prefix: prefixOf(options) },
        ...(perSecond === null ? {} : { perSecond }),
      });
      tools.terminal.showProgress('');
      return await runPlanned(tools, options, plan);
    } finally {
      tools.terminal.showProgress('');
    }
  },
};

function warmerOf({ operands: [warmer = ''], given }: CliOptions): string {
  const isHook = given.has('--hook');
  if (isHook && warmer !== '') throw usageProblem('Say a warmer or --hook, not both.');
  if (isHook) return HOOK_WARMER;
  if (warmer === '') throw usageProblem('Say which warmer, or --hook.');
  return warmer;
}

function prefixOf({ given }: CliOptions): string {
  const [service, prefix] = [given.get('--service'), given.get('--prefix')];
  if (service !== undefined && prefix !== undefined)
    throw usageProblem('Say --service or --prefix, not both.');
  if (prefix !== undefined) return prefix;
  if (service === undefined || service === '') throw usageProblem('Say whose warmer it is: --service NAME.');
  return `${service}:`;
}

function rateOf({ given }: CliOptions): number | null {
  const text = given.get('--rate');
  if (text === undefined) return null;
  const perSecond = Number(text);
  if (perSecond > 0 && perSecond <= 100_000) return perSecond;
  throw usageProblem('--rate is a number above 0 and at most 100000, loads a second.');
}
