import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

const controlSchema = z.object({
  /** Of the control server. */
  url: z.string(),
  /** Proves that a request comes from somebody who may read this file. */
  token: z.string(),
  pid: z.number(),
  redisUrl: z.string(),
  metricsUrls: z.array(z.string()),
  /** Null while the page starts, and with `--no-page`. */
  pageUrl: z.string().nullable(),
});

/** Where a running demo is reached: `control.json` in its data directory, readable by its user only. */
export type Control = z.infer<typeof controlSchema>;

export function defaultDataDirectory(): string {
  return join(tmpdir(), `cachescope-demo-${userInfo().username}`);
}

/** Makes the directory, ours alone. Refuses one that belongs to somebody else: in a shared /tmp it could be a trap. */
export function claimDataDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const found = lstatSync(directory);
  if (!found.isDirectory() || (process.getuid !== undefined && found.uid !== process.getuid())) {
    throw new Error(`${directory} belongs to somebody else; choose another one with --data.`);
  }
}

export function writeControl(directory: string, control: Control): void {
  const file = controlFile(directory);
  const draft = `${file}.draft`;
  writeFileSync(draft, `${JSON.stringify(control, null, 2)}\n`, { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, file);
}

/** The demo that runs on this directory; null when none does. A file left behind by a killed demo is none. */
export function readControl(directory: string): Control | null {
  let text: string;
  try {
    text = readFileSync(controlFile(directory), 'utf8');
  } catch {
    return null;
  }
  const parsed = controlSchema.safeParse(parseJson(text));
  return parsed.success && isAlive(parsed.data.pid) ? parsed.data : null;
}

export function removeControl(directory: string): void {
  rmSync(controlFile(directory), { force: true });
}

function controlFile(directory: string): string {
  return join(directory, 'control.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
