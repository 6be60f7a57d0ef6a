import type { WarmInput } from '#shared/acting/plan.ts';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand, CliTools } from '../cliCommand.ts';
import { type CliOptions, usageProblem } from '../cliOptions.ts';
import { CliProblem } from '../cliProblem.ts';
import { exitCodeHelp } from './jobExitCode.ts';
import { answerFlags, type CachePlan } from './planned/answerPlan.ts';
import { runPlanned } from './planned/runPlanned.ts';

const SEE_ALSO =
  '"cachescope warm list" lists the warmers; "cachescope purge cancel JOB" stops a warm-up, and "cachescope purge list" names it.';

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
  seeAlso: SEE_ALSO,
  run: async (tools, options) => {
    const warmer = warmerOf(options);
    const perSecond = rateOf(options);
    const prefix = prefixOf(options);
    tools.terminal.showProgress('Planning: asking the service what it would load …');
    try {
      const plan = await planOf(tools, {
        ...{ targetId: DEFAULT_TARGET_ID, warmer, prefix },
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
  if (warmer === '') throw usageProblem(`Say which warmer, or --hook. ${SEE_ALSO}`);
  return warmer;
}

function prefixOf({ given }: CliOptions): string {
  const [service, prefix] = [given.get('--service'), given.get('--prefix')];
  if (service !== undefined && prefix !== undefined)
    throw usageProblem('Say --service or --prefix, not both.');
  if (prefix !== undefined) return prefix;
  if (service === undefined || service === '')
    throw usageProblem(`Say whose warmer it is: --service NAME. ${SEE_ALSO}`);
  return `${service}:`;
}

/** Throws `CliProblem`, which names the services that are known where this one is not. */
async function planOf(tools: CliTools, input: WarmInput): Promise<CachePlan> {
  try {
    return await tools.query('jobs.planWarm', input);
  } catch (error) {
    if (!(error instanceof CliProblem) || error.code !== 'notFound' || input.warmer === HOOK_WARMER)
      throw error;
    throw (await unknownService(tools, input.prefix)) ?? error;
  }
}

/** Null = a service with this start of its keys is known, so that something else is wrong. */
async function unknownService({ query }: CliTools, prefix: string): Promise<CliProblem | null> {
  const { services: all } = await query('warming.get', { targetId: DEFAULT_TARGET_ID });
  const services = all.filter(({ warmers: [first] }) => first?.warmer !== HOOK_WARMER);
  const isKnown = services.some((one) => one.prefix === prefix || `${one.service}:` === prefix);
  if (isKnown) return null;
  const names = services.map(({ service }) => printable(service));
  const known = names.length === 0 ? 'None has announced itself yet.' : `Known are: ${names.join(', ')}.`;
  return new CliProblem(`No service is known whose keys begin with "${printable(prefix)}". ${known}`, {
    code: 'notFound',
  });
}

function rateOf({ given }: CliOptions): number | null {
  const text = given.get('--rate');
  if (text === undefined) return null;
  const perSecond = Number(text);
  if (perSecond > 0 && perSecond <= 100_000) return perSecond;
  throw usageProblem('--rate is a number above 0 and at most 100000, loads a second.');
}
