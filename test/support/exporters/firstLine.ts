import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What the program prints first: its address. Rejects with what it complained of when it ends before. */
export async function firstLine(child: ChildProcess, program: string): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error('no output');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  for await (const line of createInterface(child.stdout)) return line;
  throw new Error(`${program} ended before it served anything:\n${complaints}`);
}
