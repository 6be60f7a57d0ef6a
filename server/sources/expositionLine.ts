/** Name and labels of a line, and where what follows them begins. */
export interface ParsedSeries {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/** Thrown inside this file only: the line does not follow the format. */
class MalformedLine extends Error {}

/** Where the value of a line begins: after the name, or after the labels when it has any. Null when the braces are open. */
export function endOfSeries(line: string): number | null {
  const brace = line.indexOf('{');
  const space = line.search(/[ \t]/);
  const hasLabels = brace >= 0 && (space < 0 || brace < space || line.slice(space, brace).trim() === '');
  if (!hasLabels) return space < 0 ? null : space;
  for (let at = brace + 1; ; ) {
    const close = line.indexOf('}', at);
    if (close < 0) return null;
    const quote = line.indexOf('"', at);
    if (quote < 0 || close < quote) return close + 1;
    at = endOfQuoted(line, quote);
    if (at < 0) return null;
  }
}

/** What stands before the value. Null when it does not follow the format; an empty name is refused like any other. */
export function parseSeries(text: string): ParsedSeries | null {
  try {
    const brace = text.indexOf('{');
    const labels = new Map<string, string>();
    if (brace < 0) return { name: checkName(text), labels };
    const quotedName = parseLabels(text, brace + 1, labels);
    return { name: quotedName ?? checkName(text.slice(0, brace).trim()), labels };
  } catch (error) {
    if (error instanceof MalformedLine) return null;
    throw error;
  }
}

/** The value at the start of what follows the series; a timestamp and an exemplar may come after it. Null = malformed. */
export function parseValue(rest: string): number | null {
  const [word = '', after] = rest.trim().split(/\s+/, 2);
  if (after !== undefined && !after.startsWith('#') && !isNumber(after)) return null;
  if (isNumber(word)) return Number(word);
  switch (word.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
      return Number.POSITIVE_INFINITY;
    case '-inf':
      return Number.NEGATIVE_INFINITY;
    default:
      return null;
  }
}

/** True for a name that stands without quotes. */
export function isMetricName(text: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(text);
}

function checkName(name: string): string {
  if (!isMetricName(name)) throw new MalformedLine();
  return name;
}

/** Reads label pairs up to the closing brace; a quoted string without a value is the metric's name. */
function parseLabels(line: string, from: number, labels: Map<string, string>): string | null {
  let quotedName: string | null = null;
  let at = skipSpace(line, from);
  while (line[at] !== '}') {
    const isQuoted = line[at] === '"';
    const label = isQuoted ? parseQuoted(line, at) : parseLabelName(line, at);
    at = skipSpace(line, label.end);
    if (line[at] === '=') {
      const value = parseQuoted(line, skipSpace(line, at + 1));
      labels.set(label.text, value.text);
      at = skipSpace(line, value.end);
    } else if (isQuoted && quotedName === null) {
      quotedName = label.text;
    } else {
      throw new MalformedLine();
    }
    if (line[at] === ',') at = skipSpace(line, at + 1);
    else if (line[at] !== '}') throw new MalformedLine();
  }
  return quotedName;
}

function parseLabelName(line: string, from: number): { text: string; end: number } {
  let end = from;
  while (end < line.length && /[a-zA-Z0-9_]/.test(line.charAt(end))) end += 1;
  if (end === from) throw new MalformedLine();
  return { text: line.slice(from, end), end };
}

/** A quoted string with the escapes of the format: `\\`, `\"` and `\n`. An unknown escape stays as it is. */
function parseQuoted(line: string, from: number): { text: string; end: number } {
  const end = line[from] === '"' ? endOfQuoted(line, from) : -1;
  if (end < 0) throw new MalformedLine();
  const quoted = line.slice(from + 1, end - 1);
  const text = quoted.includes('\\')
    ? quoted.replace(/\\([\\"n])/g, (_escape, letter: string) => (letter === 'n' ? '\n' : letter))
    : quoted;
  return { text, end };
}

/** Position after the closing quote; -1 when there is none. */
function endOfQuoted(line: string, from: number): number {
  for (let at = from + 1; ; ) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return -1;
    let backslashCount = 0;
    while (line[quote - 1 - backslashCount] === '\\' && quote - 1 - backslashCount > from)
      backslashCount += 1;
    if (backslashCount % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
}
