import { isTerminal } from '#shared/acting/job.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliTools } from '../cliCommand.ts';
import { CliProblem } from '../cliProblem.ts';
import { type CacheJob, cacheJobOf } from './cacheJob.ts';
import { progressText } from './jobText.ts';
import { listenForInterrupts } from './listenForInterrupts.ts';

const POLL_MS = 500;
/** A server that restarts, or a network that is away for a moment, ends no watching. */
const MAX_SILENT_POLLS = 20;

/**
 * Shows how the job gets on until it ends, or the person leaves it: Ctrl-C asks whether to cancel it, and without a terminal leaves it.
 * Resolves with the job as it was last; with state `unknown` when the server no longer tells.
 */
export async function followJob(tools: CliTools, started: CacheJob): Promise<CacheJob> {
  const { terminal } = tools;
  const interrupts = listenForInterrupts(terminal);
  let interrupted = interrupts.next();
  let job = started;
  let silentPolls = 0;
  try {
    while (!isTerminal(job.state)) {
      terminal.showProgress(progressText(job, Date.now()));
      // An interrupt is heard at once, however long the server takes to answer.
      const next = await Promise.race([pollJob(tools, job), interrupted]);
      if (next === 'SIGINT' || next === 'SIGTERM') {
        interrupted = interrupts.next();
        terminal.showProgress('');
        const wish = next === 'SIGINT' ? await askWish(tools, job) : 'leave';
        if (wish === 'leave') return job;
        if (wish === 'cancel') job = await cancelOrSay(tools, job);
        continue;
      }
      silentPolls = next === null ? silentPolls + 1 : 0;
      if (silentPolls > MAX_SILENT_POLLS) return lost(job);
      job = next ?? job;
    }
    return job;
  } finally {
    terminal.showProgress('');
    interrupts.end();
  }
}

/** Asks the server to stop the job. Rejects with a `CliProblem`. */
export async function cancelJob({ query }: CliTools, jobId: string): Promise<CacheJob> {
  return cacheJobOf(await query('jobs.cancel', { targetId: DEFAULT_TARGET_ID, jobId }));
}

/** Whoever could not cancel goes on watching. */
async function cancelOrSay(tools: CliTools, job: CacheJob): Promise<CacheJob> {
  try {
    return await cancelJob(tools, job.id);
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    tools.terminal.say(`It was not cancelled. ${error.message}`);
    return job;
  }
}

async function askWish({ terminal }: CliTools, { id }: CacheJob): Promise<'cancel' | 'leave' | 'watch'> {
  if (!terminal.canAsk) return 'leave';
  const typed = await terminal.ask(
    `The job ${id} runs in the server. Cancel it (c), leave it running (l), or go on watching (Enter)? `,
  );
  // Ctrl-C again: whoever wants out gets out, and nothing is changed by it.
  if (typed === null) return 'leave';
  const letter = typed.trim().toLowerCase()[0];
  if (letter === 'c') return 'cancel';
  return letter === 'l' ? 'leave' : 'watch';
}

/** The job as it is after a moment; null when nothing answers just now. */
async function pollJob({ query, terminal }: CliTools, job: CacheJob): Promise<CacheJob | null> {
  await terminal.pause(POLL_MS);
  try {
    return cacheJobOf(await query('jobs.get', { targetId: DEFAULT_TARGET_ID, jobId: job.id }));
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    if (error.code === 'noAnswer' || error.code === 'busy') return null;
    // A server that was started anew knows no jobs of before.
    if (error.code === 'notFound') return lost(job);
    throw new CliProblem(`${error.message} The job ${job.id} goes on in the server.`);
  }
}

function lost(job: CacheJob): CacheJob {
  const outcome = `The server no longer tells how the job stands. What is known of it: cachescope audit list --plan ${job.planId}`;
  return { ...job, state: 'unknown', endedAtMs: Date.now(), outcome };
}
