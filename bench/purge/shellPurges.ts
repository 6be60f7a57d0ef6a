import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What an operator would type; each ends when all is gone. */
export const shellPurges = {
  /** Values and their reverse index by pages of SSCAN, then the tag's set; entries stay in their other tags. */
  tag: (port: number) =>
    runBash(
      `cursor=0
       while :; do
         mapfile -t page < <(redis-cli -p ${port} --raw SSCAN tag:big "$cursor" COUNT 1000)
         cursor=\${page[0]}
         for key in "\${page[@]:1}"; do printf '%s\\nkey-tags:%s\\n' "$key" "$key"; done | xargs -r -n 1000 redis-cli -p ${port} unlink
         [ "$cursor" = 0 ] && break
       done
       redis-cli -p ${port} unlink tag:big`,
    ),
  pattern: (port: number) =>
    runBash(`redis-cli -p ${port} --scan --pattern 'purged:*' | xargs redis-cli -p ${port} unlink`),
} as const;

async function runBash(script: string): Promise<void> {
  const child = spawn('bash', ['-c', script], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`a shell purge ended with code ${String(code)}`);
}
