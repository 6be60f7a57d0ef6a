import { readdir, readFile } from 'node:fs/promises';
import type { Page } from './readPages.ts';

export interface OptionRow {
  readonly name: string;
  /** As `normalise` writes it. */
  readonly default: string;
}

/**
 * A table of options and what the comment before it says that it shows: `options: INTERFACE` of the library (all of them), `some
 * options: INTERFACE` (or `ONE+OTHER`), or `defaults: FILE CONSTANT`.
 */
export interface OptionTable {
  readonly page: string;
  readonly kind: 'options' | 'some options' | 'defaults';
  /** Of the constant; an interface is found by its name. */
  readonly file: string;
  readonly subject: string;
  readonly rows: readonly OptionRow[];
}

const root = new URL('../../../', import.meta.url);
const MARK = /^<!-- (options|some options|defaults): (?:(\S+) )?(\S+) -->$/;

export function optionTables({ name, text }: Page): OptionTable[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index): OptionTable[] => {
    const [, kind, file = '', subject = ''] = MARK.exec(line) ?? [];
    if (kind !== 'options' && kind !== 'some options' && kind !== 'defaults') return [];
    return [{ page: name, kind, file, subject, rows: rowsAfter(lines.slice(index + 1)) }];
  });
}

/** The first column of the tables under a heading. */
export function firstColumn({ text }: Page, heading: string): string[] {
  const [, after = ''] = text.split(`\n${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
}

function rowsAfter(lines: readonly string[]): OptionRow[] {
  const start = lines.findIndex((line) => line.startsWith('|'));
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  const table = start === -1 ? [] : lines.slice(start, length === -1 ? undefined : start + length);
  return table.slice(2).map((line) => {
    const [, name = '', , value = ''] = line.split('|').map((cell) => cell.trim());
    return { name: name.replaceAll('`', ''), default: normalise(value) };
  });
}

/** The members of an interface, with the defaults that their docstrings tell; without one `none`, or `required`. */
export async function documentedOptions(subject: string): Promise<OptionRow[]> {
  const block = new RegExp(`^export interface ${subject}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`, 'm');
  const body = blockIn(await libraryText(), block);
  const member = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?^ {2}(?:readonly )?(\w+)(\?)?[:(<]/gm;
  return [...body.matchAll(member)].map(([, docstring = '', name = '', optional]) => {
    const told = /@default ([\s\S]*)$/.exec(docstring)?.[1];
    return { name, default: normalise(told ?? (optional === undefined ? 'required' : 'none')) };
  });
}

/** The properties of an object of numbers. */
export async function writtenDefaults(file: string, subject: string): Promise<OptionRow[]> {
  const text = await readFile(new URL(file, root), 'utf8');
  const body = blockIn(text, new RegExp(`\\bconst ${subject}\\b[^=]*= \\{([^}]*)\\}`));
  return [...body.matchAll(/(\w+): ([^,]+),?/g)].map(([, name = '', value = '']) => ({
    name,
    default: normalise(value.replace('* MEBIBYTE', 'MiB')),
  }));
}

async function libraryText(): Promise<string> {
  const directory = new URL('cache/', root);
  const names = (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, directory), 'utf8')));
  return texts.join('\n');
}

function blockIn(text: string, block: RegExp): string {
  const found = block.exec(text)?.[1];
  if (found === undefined) throw new Error(`There is no such thing as ${block.source}`);
  return found;
}

/** The same text for a value in code, in a docstring and in a table: `30_000`, `30,000` and `` `30_000` ``. */
function normalise(text: string): string {
  return text
    .replaceAll('`', '')
    .replace(/(?<=\d)[_,](?=\d)/g, '')
    .replace(/\s*\*?\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
