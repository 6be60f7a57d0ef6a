import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { endProcess } from '../redis/redisProcess.ts';
import { firstLine } from './firstLine.ts';

const FOLDER = fileURLToPath(new URL('../../exporters/breakers', import.meta.url));

/** A process with a breaker of that library, on a free port; ends with the test. */
export async function startBreaker(library: 'opossum' | 'cockatiel' | 'resilience4j') {
  const child = spawn(process.execPath, [`${library}.mjs`], {
    cwd: FOLDER,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => endProcess(child));
  const base = await firstLine(child, library);
  return {
    /** Of its metrics page. */
    url: `${base}/metrics`,
    /** Makes so many calls through the breaker; how many went well. */
    call: async (count: number, fail: 'yes' | 'no'): Promise<number> =>
      Number(await (await fetch(`${base}/calls?count=${count}&fail=${fail}`, { method: 'POST' })).text()),
  };
}
