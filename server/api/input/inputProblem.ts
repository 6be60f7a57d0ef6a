import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What is wrong with an input, in sentences for whoever typed it. */
export function inputProblem({ issues }: z.ZodError): string {
  return issues
    .map((issue) => (issue.code === 'custom' ? issue.message : `${nameOf(issue.path)} ${faultOf(issue)}.`))
    .join(' ');
}

const fieldNames: ReadonlyMap<string, string> = new Map([
  ['prefix', 'The name of the service, or the start of its keys,'],
  ['service', 'The name of the service'],
  ['warmer', 'The name of the warmer'],
  ['stream', 'The name of the stream'],
  ['family', 'The name of the family'],
  ['pattern', 'The pattern'],
  ['tagKey', 'The key of the tag'],
  ['jobId', 'The id of the job'],
  ['perSecond', 'The rate'],
  ['reason', 'The reason'],
  ['typed', 'What was typed to confirm'],
]);

/** By the innermost name: those around it are how the API is made. */
function nameOf(path: Issue['path']): string {
  const field = path.findLast((part) => typeof part === 'string');
  if (field === undefined) return 'What was asked';
  return fieldNames.get(field) ?? `"${field}"`;
}

function faultOf(issue: Issue): string {
  switch (issue.code) {
    case 'too_big':
      return tooBig(issue);
    case 'too_small':
      return tooSmall(issue);
    case 'invalid_type':
      return `is missing, or no ${issue.expected}`;
    case 'invalid_value':
      return `must be ${new Intl.ListFormat('en', { type: 'disjunction' }).format(issue.values.map(String))}`;
    case 'unrecognized_keys':
      return `has something that is not known: ${issue.keys.join(', ')}`;
    default:
      return 'is not of the form that it must have';
  }
}

function tooBig({ origin, maximum, inclusive }: z.core.$ZodIssueTooBig): string {
  if (origin === 'string') return `is too long: at most ${maximum} characters`;
  if (isCounted(origin)) return `holds too many: at most ${maximum}`;
  return `is too large: ${inclusive === false ? 'below' : 'at most'} ${maximum}`;
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  if ((origin === 'string' || isCounted(origin)) && minimum === 1) return 'is empty';
  if (origin === 'string') return `is too short: at least ${minimum} characters`;
  if (isCounted(origin)) return `holds too few: at least ${minimum}`;
  return `is too small: ${inclusive === false ? 'above' : 'at least'} ${minimum}`;
}

function isCounted(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map';
}
