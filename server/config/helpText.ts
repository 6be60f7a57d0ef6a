import type { Setting } from './setting.ts';
import { fileKeyOf, flagOf, variableOf } from './setting.ts';
import { allSettings } from './settings.ts';

/** What `cachescope --help` prints. */
export function helpText(): string {
  return [
    'Usage: cachescope serve [settings]',
    '',
    'Serves the page for one Redis. Every setting is a flag, an environment variable and a key in a JSON file;',
    'a flag wins over a variable, a variable over the file. Lists are repeated flags, commas in a variable.',
    '',
    ...allSettings.flatMap(describe),
    '',
  ].join('\n');
}

function describe(setting: Setting<unknown>): readonly string[] {
  const argument = setting.argument === null ? '' : ` ${setting.argument}`;
  const flag = setting.isSecret ? [] : [`${flagOf(setting)}${argument}`];
  const names = [...flag, variableOf(setting), fileKeyOf(setting)].join(', ');
  const fallback = setting.shownDefault === null ? '' : ` (default: ${setting.shownDefault})`;
  const repeated = setting.isRepeatable ? '; repeatable' : '';
  return [`  ${names}`, `      ${setting.help}${repeated}${fallback}`];
}
