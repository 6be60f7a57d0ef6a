import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { endProcess } from '../redis/redisProcess.ts';
import { firstLine } from './firstLine.ts';

export interface TestExporter extends AsyncDisposable {
  /** Of its metrics page. */
  readonly url: string;
  readonly hostAndPort: string;
  /** Makes so many look-ups that hit and that miss, and returns what their caller saw. */
  lookUp(asked: { family: string; hits: number; misses: number }): Promise<{ hits: number; misses: number }>;
}

const FOLDER = fileURLToPath(new URL('../../exporters', import.meta.url));
const seenSchema = z.object({ hits: z.number(), misses: z.number() });

/** Debian's Python, for which its packages are; a developer's own knows nothing of them. */
const PYTHON = '/usr/bin/python3';

/** One of the real exporters of `test/exporters`, as its own process on a free port. */
export async function startExporter(
  program: 'serveBentocache' | 'serveOpossum' | 'serveMicrometer' | 'serveFusionCache' | 'serveDjango',
  redisPort: number,
): Promise<TestExporter> {
  const isPython = program === 'serveDjango';
  if (isPython && !(process.env.DJANGO_PROMETHEUS && process.env.DJANGO_REDIS)) {
    throw new Error(
      'django-prometheus or django-redis is missing: apt-get install python3-django-prometheus python3-django-redis',
    );
  }
  const [command, file] = isPython ? [PYTHON, `${program}.py`] : [process.execPath, `${program}.mjs`];
  const child = spawn(command, [file, String(redisPort)], { cwd: FOLDER, stdio: ['ignore', 'pipe', 'pipe'] });
  const base = await firstLine(child, program);
  return {
    url: `${base}/metrics`,
    hostAndPort: new URL(base).host,
    async lookUp(asked) {
      const answer = await fetch(`${base}/look-ups`, { method: 'POST', body: JSON.stringify(asked) });
      if (!answer.ok) throw new Error(`${program}: ${await answer.text()}`);
      return seenSchema.parse(await answer.json());
    },
    [Symbol.asyncDispose]: () => endProcess(child),
  };
}
