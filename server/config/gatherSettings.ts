import { nearestName } from './nearestName.ts';
import { withoutCredentials } from './parseSetting.ts';
import type { Setting } from './setting.ts';
import { fileKeyOf, flagOf, variableOf } from './setting.ts';
import { allSettings, settings } from './settings.ts';

/** Texts given for one setting in one place. */
export interface GivenTexts {
  readonly texts: readonly string[];
  /** The place, as the person wrote it: `--port`, `CACHESCOPE_PORT`, `"port" in cachescope.json`. */
  readonly from: string;
}

/** What one place (flags, environment or file) says, by name of the setting. */
export type Given = ReadonlyMap<string, GivenTexts>;

export interface Gathered {
  readonly given: Given;
  readonly problems: readonly string[];
}

const VARIABLE_PREFIX = 'CACHESCOPE_';
/** Of the other commands; a shell may hold it for them. */
const FOREIGN_VARIABLE = 'CACHESCOPE_PASSWORD';
const flagSettings = allSettings.filter((setting) => !setting.isSecret);

export function gatherFlags(argv: readonly string[]): Gathered {
  const given = new Map<string, GivenTexts>();
  const problems: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = '', inline] = splitOnce(word, '=');
    const setting = flagSettings.find((candidate) => flagOf(candidate) === flag);
    if (setting === undefined) {
      problems.push(unknown(flag, flagSettings.map(flagOf)));
      if (flag.startsWith('--') && inline === undefined && rest[0]?.startsWith('-') === false) rest.shift();
      continue;
    }
    const text = inline ?? takeValue(setting, rest);
    const before = given.get(setting.name)?.texts ?? [];
    if (text === undefined) problems.push(`${flag} needs a value: ${flag} ${setting.argument}`);
    else if (before.length > 0 && !setting.isRepeatable) problems.push(`${flag} is given twice`);
    else given.set(setting.name, { texts: [...before, text], from: flag });
  }
  return { given, problems };
}

/** An empty variable counts as not set, because deployment files cannot always leave one out. */
export function gatherVariables(env: Readonly<Record<string, string | undefined>>): Gathered {
  const given = new Map<string, GivenTexts>();
  const problems: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(VARIABLE_PREFIX) || text === undefined || text === '') continue;
    if (variable === FOREIGN_VARIABLE) continue;
    const setting = allSettings.find((candidate) => variableOf(candidate) === variable);
    if (setting === undefined) problems.push(unknown(variable, allSettings.map(variableOf)));
    else given.set(setting.name, { texts: splitList(setting, text), from: variable });
  }
  return { given, problems };
}

export function gatherFile(path: string, text: string): Gathered {
  const content = parseJson(text);
  if (content === null) return { given: new Map(), problems: [`${path} does not hold a JSON object`] };
  const given = new Map<string, GivenTexts>();
  const problems: string[] = [];
  const fileSettings = allSettings.filter((setting) => setting.name !== settings.config.name);
  for (const [key, value] of Object.entries(content)) {
    const from = `"${key}" in ${path}`;
    const setting = fileSettings.find((candidate) => fileKeyOf(candidate) === key);
    const spoken = setting?.argument?.includes('=') === true ? listPairs(setting, value) : value;
    const texts = listTexts(spoken, setting?.takesObjects ?? false);
    if (setting === undefined) problems.push(`${unknown(key, fileSettings.map(fileKeyOf))} (in ${path})`);
    else if (texts === null) problems.push(`${from} must be a text, a number or true or false`);
    else if (Array.isArray(value) && !setting.isRepeatable)
      problems.push(`${from} must be one value, not a list`);
    else given.set(setting.name, { texts, from });
  }
  return { given, problems };
}

/** A switch takes no following word, so that `--read-only serve` cannot mean two things. */
function takeValue(setting: Setting<unknown>, rest: string[]): string | undefined {
  if (setting.argument === null) return 'true';
  return rest[0] === undefined || rest[0].startsWith('--') ? undefined : rest.shift();
}

function splitList(setting: Setting<unknown>, text: string): readonly string[] {
  if (!setting.isRepeatable) return [text];
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function splitOnce(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function parseJson(text: string): object | null {
  try {
    const content: unknown = JSON.parse(text);
    return typeof content === 'object' && content !== null && !Array.isArray(content) ? content : null;
  } catch {
    return null;
  }
}

/** `{"products": "products::{id}"}` says what `["products=products::{id}"]` says; what is counted may be a number. */
function listPairs({ argument }: Setting<unknown>, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const takesNumbers = argument?.endsWith('=SECONDS') === true;
  return Object.entries(value).map(([name, one]: [string, unknown]) =>
    typeof one === 'string' || (takesNumbers && typeof one === 'number') ? `${name}=${one}` : one,
  );
}

/** Objects as JSON, where the setting takes any. */
function listTexts(value: unknown, takesObjects: boolean): readonly string[] | null {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isPlain = values.every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  if (isPlain) return values.map(String);
  if (!takesObjects) return null;
  return values.map((one) => (typeof one === 'object' ? JSON.stringify(one) : String(one)));
}

function unknown(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === null
    ? `${withoutCredentials(name)} is not known; "cachescope --help" lists what is`
    : `${name} is not known; did you mean ${nearest}?`;
}
