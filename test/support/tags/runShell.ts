import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Runs lines for bash as an operator would paste them. Rejects when the last of them fails. */
export async function runShell(lines: readonly string[], redisPort: number): Promise<void> {
  const env = { ...process.env, REDIS_URL: `redis://127.0.0.1:${redisPort}` };
  await run('bash', ['-c', lines.join('\n')], { env });
}
