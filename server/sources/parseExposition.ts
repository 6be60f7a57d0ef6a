/** One line of a metrics page. */
export interface MetricSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

export interface Exposition {
  readonly samples: readonly MetricSample[];
  /** What of the page could not be read, in a sentence; empty when everything was. */
  readonly problem: string;
}

/** Most series of one page. A service with more has a label without bounds, which is a fault of its own. */
export const MAX_SERIES = 50_000;

/** Thrown inside this file only: the line does not follow the format. */
class MalformedLine extends Error {}

/**
 * Samples of a metrics page: the Prometheus text format 0.0.4 and OpenMetrics 1.0, quoted names of Prometheus 3
 * included. Comments, timestamps and exemplars are skipped; NaN and infinities are values. Lines that cannot be read
 * are left out and told in `problem`. Never throws. Source: prometheus.io/docs/instrumenting/exposition_formats,
 * OpenMetrics 1.0 section "ABNF".
 */
export function parseExposition(text: string): Exposition {
  const samples: MetricSample[] = [];
  let malformedCount = 0;
  let firstMalformed = 0;
  let lineNumber = 0;
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end).trim();
    at = end + 1;
    lineNumber += 1;
    if (line === '' || line.startsWith('#')) continue;
    if (samples.length >= MAX_SERIES) {
      return { samples, problem: `The page has more than ${MAX_SERIES} series; the rest was left out.` };
    }
    try {
      samples.push(parseSample(line));
    } catch (error) {
      if (!(error instanceof MalformedLine)) throw error;
      malformedCount += 1;
      if (malformedCount === 1) firstMalformed = lineNumber;
    }
  }
  const lines = malformedCount === 1 ? 'line' : 'lines';
  return {
    samples,
    problem:
      malformedCount === 0
        ? ''
        : `${malformedCount} ${lines} could not be read; the first is line ${firstMalformed}.`,
  };
}

function parseSample(line: string): MetricSample {
  const brace = line.indexOf('{');
  const space = line.search(/\s/);
  const hasLabels = brace >= 0 && (space < 0 || brace < space || line.slice(space, brace).trim() === '');
  if (!hasLabels) {
    if (space < 0) throw new MalformedLine();
    const name = line.slice(0, space);
    checkName(name);
    return { name, labels: new Map(), value: parseValue(line.slice(space)) };
  }
  const labels = new Map<string, string>();
  const { quotedName, end } = parseLabels(line, brace + 1, labels);
  const name = quotedName ?? line.slice(0, brace).trim();
  if (quotedName === null) checkName(name);
  return { name, labels, value: parseValue(line.slice(end)) };
}

/** Reads label pairs up to the closing brace; a quoted string without a value is the metric's name. */
function parseLabels(
  line: string,
  from: number,
  labels: Map<string, string>,
): { quotedName: string | null; end: number } {
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
  return { quotedName, end: at + 1 };
}

function parseLabelName(line: string, from: number): { text: string; end: number } {
  let end = from;
  while (end < line.length && /[a-zA-Z0-9_]/.test(line.charAt(end))) end += 1;
  if (end === from) throw new MalformedLine();
  return { text: line.slice(from, end), end };
}

/** A quoted string with the escapes of the format: `\\`, `\"` and `\n`. An unknown escape stays as it is. */
function parseQuoted(line: string, from: number): { text: string; end: number } {
  if (line[from] !== '"') throw new MalformedLine();
  let text = '';
  let start = from + 1;
  for (let at = start; at < line.length; at += 1) {
    const character = line[at];
    if (character === '"') return { text: text + line.slice(start, at), end: at + 1 };
    if (character !== '\\') continue;
    const escaped = line[at + 1];
    text += line.slice(start, at);
    if (escaped === 'n') text += '\n';
    else if (escaped === '"' || escaped === '\\') text += escaped;
    else text += `\\${escaped ?? ''}`;
    at += 1;
    start = at + 1;
  }
  throw new MalformedLine();
}

function skipSpace(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}

function checkName(name: string): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw new MalformedLine();
}

/** The value at the start of what follows the name; a timestamp and an exemplar may come after it. */
function parseValue(rest: string): number {
  const [word = '', ...after] = rest.trim().split(/\s+/, 4);
  if (after[0] !== undefined && !after[0].startsWith('#') && !isNumber(after[0])) throw new MalformedLine();
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
      throw new MalformedLine();
  }
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
}
