import type { Incident, Stage } from './incident.ts';

export interface IncidentState {
  readonly name: string;
  readonly title: string;
  readonly state: 'running' | 'stopped';
  /** Epoch ms; null while it does not run. */
  readonly startedAtMs: number | null;
}

export type IncidentAction = 'start' | 'stop';

/** Which incidents run. Starting one that runs, or stopping one that does not, changes nothing. */
export class IncidentBoard {
  readonly #incidents: readonly Incident[];
  readonly #stage: Stage;
  readonly #clock: () => number;
  readonly #startedAtMs = new Map<string, number>();
  /** Actions run one after another, so that a stop never overtakes its start. */
  #lastAction: Promise<unknown> = Promise.resolve();

  constructor(incidents: readonly Incident[], stage: Stage, clock: () => number) {
    this.#incidents = incidents;
    this.#stage = stage;
    this.#clock = clock;
  }

  list(): IncidentState[] {
    return this.#incidents.map(({ name, title }) => {
      const startedAtMs = this.#startedAtMs.get(name) ?? null;
      return { name, title, startedAtMs, state: startedAtMs === null ? 'stopped' : 'running' };
    });
  }

  /** False when there is no such incident. */
  async run(action: IncidentAction, name: string): Promise<boolean> {
    const incident = this.#incidents.find((candidate) => candidate.name === name);
    if (incident === undefined) return false;
    const ended = this.#lastAction.then(() => this.#change(action, incident));
    this.#lastAction = ended.catch(() => {});
    await ended;
    return true;
  }

  async #change(action: IncidentAction, incident: Incident): Promise<void> {
    const isRunning = this.#startedAtMs.has(incident.name);
    if (action === 'start' && !isRunning) {
      await incident.start(this.#stage);
      this.#startedAtMs.set(incident.name, this.#clock());
    }
    if (action === 'stop' && isRunning) {
      await incident.stop(this.#stage);
      this.#startedAtMs.delete(incident.name);
    }
  }
}
