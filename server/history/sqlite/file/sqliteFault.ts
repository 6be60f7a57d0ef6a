export type SqliteFaultKind = 'full' | 'readOnly' | 'busy' | 'damaged' | 'io' | 'cannotOpen' | 'unexpected';

export interface SqliteFault {
  readonly kind: SqliteFaultKind;
  /** What happened and what to do, for an operator. */
  readonly detail: string;
}

/** Primary result codes of SQLite (sqlite.org/rescode.html); extended codes carry them in their lowest byte. */
const kinds: ReadonlyMap<number, SqliteFaultKind> = new Map<number, SqliteFaultKind>([
  [5, 'busy'],
  [6, 'busy'],
  [8, 'readOnly'],
  [10, 'io'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'cannotOpen'],
  [26, 'damaged'],
]);

/** What an error of node:sqlite means for the history kept in `path`. */
export function sqliteFault(error: unknown, path: string): SqliteFault {
  const kind = kinds.get(primaryCode(error)) ?? 'unexpected';
  const said = error instanceof Error ? error.message : String(error);
  return { kind, detail: `History is not recorded: ${describe(kind, path, said)}` };
}

function describe(kind: SqliteFaultKind, path: string, said: string): string {
  switch (kind) {
    case 'full':
      return `the disk that holds ${path} is full. Free some space; recording goes on by itself within a minute.`;
    case 'readOnly':
      return `${path} cannot be written. Make the file and its directory writable for this user; recording goes on by itself within a minute.`;
    case 'busy':
      return `another program holds ${path}. Close it; recording goes on by itself within a minute.`;
    case 'damaged':
      return `${path} is damaged (${said}). It is set aside and a new history started within a minute.`;
    case 'io':
      return `reading or writing ${path} failed (${said}). Look at the disk and the system's log; it is tried again every minute.`;
    case 'cannotOpen':
      return `${path} cannot be opened (${said}). Check that its directory exists and belongs to this user, and that the disk is not full; it is tried again every minute.`;
    case 'unexpected':
      return `${said} (${path}). It is tried again every minute.`;
  }
}

function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error)) return -1;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : -1;
}
