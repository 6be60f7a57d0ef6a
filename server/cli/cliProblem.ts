import type { ErrorCode } from '#shared/errorCodes.ts';

/** Why the server did not do what was asked: its own code; `noAnswer` = nothing came back; null = something else. */
type ProblemCode = ErrorCode | 'noAnswer' | null;

interface ProblemFacts {
  /** The command line itself is wrong. */
  readonly isUsage?: boolean;
  readonly code?: ProblemCode;
  /** Absent = 2 for the command line, 1 for all else. */
  readonly exitCode?: number;
}

/** What the person at the terminal must hear; printed as it is. */
export class CliProblem extends Error {
  readonly isUsage: boolean;
  readonly code: ProblemCode;
  readonly exitCode: number;

  constructor(message: string, { isUsage = false, code = null, exitCode }: ProblemFacts = {}) {
    super(message);
    this.isUsage = isUsage;
    this.code = code;
    this.exitCode = exitCode ?? (isUsage ? 2 : 1);
  }
}
