/** Something held back until it is drawn. */
export interface Step {
  readonly label: string;
  /** False = Redis hears nothing of it, so that it causes nothing there. */
  readonly reachesRedis: boolean;
  /** Ends when all that it causes at once has happened, a round trip to Redis included. */
  run(): Promise<void> | void;
}

/** What may be outstanding beside steps. */
export interface Source {
  /** Brings in what the last step caused here without being asked for, as messages of a channel. */
  catchUp(): Promise<void>;
  /** Whether a round trip to Redis is possible now. */
  canProbe(): boolean;
  /** A round trip to Redis. */
  probe(): Promise<unknown>;
  /** Labels of what was sent and waits in Redis for others. */
  blocked(): readonly string[];
}

export interface SchedulerOptions {
  readonly seed: number;
  /** A number in [0, 1) for each draw. */
  readonly draw: () => number;
  /** Longest wait for real time to bring a next step, ms. */
  readonly patienceMs: number;
}

/** More than that is taken for a loop that never ends. */
const MOST_STEPS = 20_000;
/** So many turns of the event loop without a new step are quiet: promises need one, what hops by setImmediate some more. */
const QUIET_TURNS = 3;

/** Holds steps, and releases one at a time, drawn from all that may come next. */
export class StepScheduler {
  readonly trace: string[] = [];
  readonly #options: SchedulerOptions;
  /** Each in order; their heads may come next. In order of opening, so that a draw means the same in each run. */
  readonly #lanes: Step[][] = [];
  /** May come next each. */
  #loose: Step[] = [];
  readonly #sources: Source[] = [];
  #arrivedCount = 0;
  #isRunning = false;
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(options: SchedulerOptions) {
    this.#options = options;
  }

  /** From here on nothing is held. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Steps pushed here run in order among themselves. */
  openLane(): (step: Step) => void {
    const lane: Step[] = [];
    this.#lanes.push(lane);
    return (step) => this.#arrive(lane, step);
  }

  pushLoose(step: Step): void {
    this.#arrive(this.#loose, step);
  }

  addSource(source: Source): void {
    this.#sources.push(source);
  }

  /** Something that `isDone` may look at has changed. */
  notice(): void {
    this.#wake();
  }

  /** Releases steps until `isDone`, asked whenever all is quiet. */
  async run(isDone: () => boolean): Promise<void> {
    if (this.#isRunning) throw new Error('Only one run at a time.');
    this.#isRunning = true;
    try {
      for (let count = 0; ; ) {
        await this.#quiet();
        if (isDone()) return;
        const steps = this.#steps();
        const step = steps[Math.floor(this.#options.draw() * steps.length)];
        if (step === undefined) await this.#waitForMore();
        else {
          await this.#release(step);
          count += 1;
        }
        if (count > MOST_STEPS) throw this.#failure(`not settled after ${MOST_STEPS} steps`);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  isIdle(): boolean {
    return this.#steps().length === 0;
  }

  /** Lets all through that is held, then whatever comes. */
  async close(): Promise<void> {
    await this.run(() => this.isIdle());
    this.#isClosed = true;
  }

  #arrive(lane: Step[], step: Step): void {
    lane.push(step);
    this.#arrivedCount += 1;
    this.#wake();
  }

  #steps(): Step[] {
    return [...this.#lanes.flatMap((lane) => lane.slice(0, 1)), ...this.#loose];
  }

  async #release(step: Step): Promise<void> {
    for (const lane of this.#lanes) if (lane[0] === step) lane.shift();
    this.#loose = this.#loose.filter((other) => other !== step);
    this.trace.push(step.label);
    await this.#inTime(`no end of the step "${step.label}"`, this.#perform(step));
  }

  async #perform(step: Step): Promise<void> {
    await step.run();
    if (!step.reachesRedis) return;
    if (this.#blocked().length > 0) await this.#probe();
    // What comes in waits in the lane of its source, so their order among each other does not matter.
    await Promise.all(this.#sources.map((source) => source.catchUp()));
  }

  /**
   * After one round trip Redis has run what was sent before; its answer to another connection may be written after the answer
   * to this one, but not after the next.
   */
  async #probe(): Promise<void> {
    const source = this.#sources.find((candidate) => candidate.canProbe());
    await source?.probe();
    await source?.probe();
  }

  #blocked(): readonly string[] {
    return this.#sources.flatMap((source) => source.blocked());
  }

  async #quiet(): Promise<void> {
    for (let quietTurns = 0; quietTurns < QUIET_TURNS; quietTurns += 1) {
      const before = this.#arrivedCount;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#arrivedCount !== before) quietTurns = 0;
    }
  }

  /** The actors wait for something that no step brings: a timer, or nothing at all. */
  #waitForMore(): Promise<void> {
    return this.#inTime(
      'a deadlock: actors have not settled and nothing is held that could be released',
      new Promise((resolve) => {
        this.#wake = resolve;
      }),
    );
  }

  #inTime(claim: string, work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.#failure(claim)), this.#options.patienceMs);
      work.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  }

  #failure(claim: string): Error {
    const held = this.#steps().map(({ label }) => label);
    const blocked = this.#blocked();
    return new Error(
      [
        `Seed ${this.#options.seed}: ${claim}.`,
        `Held: ${held.join(', ') || 'nothing'}. Waiting in Redis: ${blocked.join(', ') || 'nothing'}.`,
        `Last steps: ${this.trace.slice(-20).join(' | ') || 'none'}`,
      ].join('\n'),
    );
  }
}
