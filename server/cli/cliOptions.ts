import { CliProblem } from './cliProblem.ts';

/** One option of a command, as its help lists it. */
export interface CliFlag {
  /** With its dashes. */
  readonly flag: string;
  /** What its value is called; absent = it takes none. */
  readonly value?: string;
  /** May be given several times. */
  readonly isRepeatable?: boolean;
  readonly help: string;
}

export interface CliOptions {
  readonly url: string;
  /** Who logs in for this command; null = nobody. */
  readonly user: string | null;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  /** What the command's own flags were given; `true` for one without a value. */
  readonly given: ReadonlyMap<string, string>;
  /** All values of the flags that may be repeated, in their order. */
  readonly repeated: ReadonlyMap<string, readonly string[]>;
  /** Words that belong to no flag. */
  readonly operands: readonly string[];
}

/** Which words a command understands, beside the flags of all. */
interface CliWords {
  readonly flags: readonly CliFlag[];
  readonly mostOperands: number;
}

export const commonFlags: readonly CliFlag[] = [
  { flag: '--json', help: 'what the API answers, as JSON' },
  { flag: '--url', value: 'URL', help: 'the running server (default: http://127.0.0.1:7676)' },
  {
    flag: '--user',
    value: 'NAME',
    help: 'who logs in; the password is CACHESCOPE_PASSWORD, or asked for',
  },
  { flag: '--help', help: 'what the command takes' },
];

/** The words after the command. Throws `CliProblem`. */
export function parseCliOptions(words: readonly string[], known: CliWords): CliOptions {
  const { given, repeated, operands } = gather(words, [...commonFlags, ...known.flags]);
  const tooMany = operands[known.mostOperands];
  if (tooMany !== undefined) throw usageProblem(`${tooMany} is not known.`);
  return {
    url: urlOf(given.get('--url') ?? 'http://127.0.0.1:7676'),
    user: given.get('--user') ?? null,
    isJson: given.has('--json'),
    isHelp: given.has('--help'),
    given,
    repeated,
    operands,
  };
}

function gather(words: readonly string[], flags: readonly CliFlag[]) {
  const given = new Map<string, string>();
  const repeated = new Map<string, readonly string[]>();
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const [name = '', ...inline] = word === '-h' ? ['--help'] : word.split('=');
    const flag = flags.find((one) => one.flag === name);
    if (flag === undefined) throw usageProblem(`${word} is not known.`);
    if (given.has(name) && flag.isRepeatable !== true) throw usageProblem(`${name} is given twice.`);
    if (flag.value === undefined && inline.length > 0) throw usageProblem(`${name} takes no value.`);
    const value = flag.value === undefined ? 'true' : inline.length > 0 ? inline.join('=') : rest.shift();
    if (value === undefined) throw usageProblem(`${name} needs a value.`);
    given.set(name, value);
    if (flag.isRepeatable === true) repeated.set(name, [...(repeated.get(name) ?? []), value]);
  }
  return { given, repeated, operands };
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw usageProblem(`${text} is no http:// address.`);
  return text;
}

/** Something in the command line that is wrong by itself. */
export function usageProblem(text: string): CliProblem {
  return new CliProblem(text, { isUsage: true });
}
