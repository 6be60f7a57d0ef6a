import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { Figures, Pace } from './measurement.ts';

const answerSchema = z.object({
  figures: z.record(z.string(), z.number()).nullable(),
  /** Why there are no figures; null after a preparation that went well. */
  why: z.string().nullable(),
  version: z.string().optional(),
  configuration: z.string().optional(),
});

export type PeerAnswer = z.infer<typeof answerSchema>;

export interface PeerProcess {
  readonly peer: string;
  /** Null = ready for samples. */
  readonly why: string | null;
  readonly samples: ReadonlyMap<string, readonly Figures[]>;
  /** Of the last sample. */
  readonly description: { readonly version: string; readonly configuration: string } | null;
  /** Takes a sample and keeps it; a failure ends the samples of this peer and becomes `why`. */
  takeSample(caseName: string): Promise<void>;
  close(): Promise<void>;
}

export interface PeerTask {
  readonly measurement: string;
  readonly peer: string;
  readonly redisPort: number;
  readonly pace: Pace;
}

/** A peer that says nothing for so long is taken for dead, ms. */
const SILENCE_MS = 300_000;

/** Starts a process for one peer and waits until it is prepared. */
export async function startPeerProcess(task: PeerTask): Promise<PeerProcess> {
  const settings = JSON.stringify({ redisPort: task.redisPort, ...task.pace });
  const child = fork(new URL('./peerProcess.ts', import.meta.url), [task.measurement, task.peer, settings], {
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString()}`.slice(-2_000);
  });
  const receive = async (): Promise<PeerAnswer> => {
    const answer = await nextAnswer(child);
    return answer ?? { figures: null, why: `ended: ${complaint.trim().split('\n').at(-1) ?? ''}` };
  };
  const samples = new Map<string, Figures[]>();
  let { why } = await receive();
  let description: PeerProcess['description'] = null;
  return {
    peer: task.peer,
    get why() {
      return why;
    },
    get description() {
      return description;
    },
    samples,
    async takeSample(caseName) {
      if (why !== null) return;
      child.send(caseName);
      const answer = await receive();
      if (answer.figures === null) {
        why = `failed: ${answer.why}`;
        return;
      }
      const { version = '', configuration = '' } = answer;
      description = { version, configuration };
      samples.set(caseName, [...(samples.get(caseName) ?? []), answer.figures]);
    },
    close: () => end(child),
  };
}

/** Null when the process ended or fell silent. */
async function nextAnswer(child: ChildProcess): Promise<PeerAnswer | null> {
  if (child.exitCode !== null || child.signalCode !== null) return null;
  const waiting = new AbortController();
  const signal = AbortSignal.any([waiting.signal, AbortSignal.timeout(SILENCE_MS)]);
  const message = once(child, 'message', { signal }).then(([answer]) => answerSchema.parse(answer));
  const ended = once(child, 'exit', { signal }).then(() => null);
  try {
    return await Promise.race([message, ended]);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  } finally {
    for (const one of [message, ended]) one.catch(() => {});
    waiting.abort();
  }
}

/** Killed, not asked: clients of a Redis that hung may hold it open. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
