/** What the person at the terminal must hear; printed as it is. `isUsage` = the command line itself is wrong. */
export class CliProblem extends Error {
  readonly isUsage: boolean;

  constructor(message: string, { isUsage = false } = {}) {
    super(message);
    this.isUsage = isUsage;
  }
}
