/** Why the server does not start: what is wrong and what to do, in words for the person at the terminal. No stack is needed. */
export class StartUpProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartUpProblem';
  }
}
