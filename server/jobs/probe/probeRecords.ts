import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import { probeScheduleIds } from '#shared/probe/probeSchedule.ts';

/** What has to be put back, written before it is changed. */
export interface SettingIntent {
  /** `host:port` of the Redis whose setting it is. */
  readonly address: string;
  readonly before: string;
  readonly during: string;
  readonly atMs: number;
}

/** The probe's files in the data directory: they outlive a kill -9. */
export interface ProbeRecords {
  /** On disk when it returns. Throws when it cannot be; then nothing may be changed. */
  writeIntent(intent: SettingIntent): void;
  readIntent(): SettingIntent | null;
  clearIntent(): void;
  /** A result that cannot be written is lost with the process, and nothing worse. */
  saveResult(result: ProbeResult): void;
  readResult(): ProbeResult | null;
}

const intentSchema: z.ZodType<SettingIntent> = z.object({
  address: z.string(),
  before: z.string(),
  during: z.string(),
  atMs: z.number(),
});

const resultSchema: z.ZodType<ProbeResult> = z.object({
  jobId: z.string(),
  schedule: z.enum(probeScheduleIds),
  windows: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
  attachedMs: z.number(),
  endedEarly: z.string(),
  patterns: z.array(z.object({ pattern: z.string(), hits: z.number(), misses: z.number() })),
  notes: z.array(z.string()),
});

export function openProbeRecords(directory: string): ProbeRecords {
  const intentPath = join(directory, 'probe-setting.json');
  const resultPath = join(directory, 'probe-result.json');
  return {
    writeIntent: (intent) => writeDurably(directory, intentPath, intent),
    readIntent: () => readAs(intentPath, intentSchema),
    clearIntent: () => rmSync(intentPath, { force: true }),
    saveResult(result) {
      try {
        writeDurably(directory, resultPath, result);
      } catch {
        // It stays in memory.
      }
    },
    readResult: () => readAs(resultPath, resultSchema),
  };
}

function writeDurably(directory: string, path: string, value: unknown): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    writeSync(file, JSON.stringify(value));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Null when there is none, or none that can be read: then nobody knows what to put back. */
function readAs<T>(path: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}
