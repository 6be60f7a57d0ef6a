const SCRIPTS = /^(eval|evalsha|eval_ro|evalsha_ro|fcall|fcall_ro)(Buffer)?$/;
const BLOCKING = /^(blpop|brpop|blmove|blmpop|brpoplpush|bzpopmin|bzpopmax|bzmpop|wait|waitaof)(Buffer)?$/;
const READS = /^(xread|xreadgroup)(Buffer)?$/;
const MOST_CHARACTERS = 60;

/** The command and its first key: what tells it from others without what differs from run to run, as times and tokens. */
export function commandLabel(method: string, args: readonly unknown[]): string {
  if (method === 'pipeline' || method === 'multi') return method;
  const key = textOf(args.flat()[keyIndex(method, args)]);
  return key === '' ? method : `${method} ${key}`;
}

/** Whether Redis may answer only when another client has done something. */
export function isBlocking(method: string, args: readonly unknown[]): boolean {
  return BLOCKING.test(method) || (READS.test(method) && indexOfWord(args, 'BLOCK') !== -1);
}

function keyIndex(method: string, args: readonly unknown[]): number {
  // The script and the number of keys come before them.
  if (SCRIPTS.test(method)) return 2;
  return READS.test(method) ? indexOfWord(args, 'STREAMS') + 1 : 0;
}

function indexOfWord(args: readonly unknown[], word: string): number {
  return args.flat().findIndex((arg) => typeof arg === 'string' && arg.toUpperCase() === word);
}

function textOf(arg: unknown): string {
  if (typeof arg !== 'string' && typeof arg !== 'number' && !Buffer.isBuffer(arg)) return '';
  return String(arg).slice(0, MOST_CHARACTERS);
}
