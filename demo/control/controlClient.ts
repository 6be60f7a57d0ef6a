import { z } from 'zod';
import type { IncidentAction } from '#demo/incidents/incidentBoard.ts';
import type { Control } from './controlFile.ts';

const incidentListSchema = z.array(
  z.object({
    name: z.string(),
    title: z.string(),
    state: z.enum(['running', 'stopped']),
    startedAtMs: z.number().nullable(),
  }),
);

const truthSchema = z.object({
  atMs: z.number(),
  patterns: z.record(z.string(), z.object({ hits: z.number(), misses: z.number() })),
});

export type IncidentList = z.infer<typeof incidentListSchema>;

/** Since the start of the demo, by full pattern, counted outside of the metrics. */
export type Truth = z.infer<typeof truthSchema>;

export async function readIncidents(control: Control): Promise<IncidentList> {
  return incidentListSchema.parse(await ask(control, '/incidents', 'GET'));
}

export async function readTruth(control: Control): Promise<Truth> {
  return truthSchema.parse(await ask(control, '/truth', 'GET'));
}

/** Returns the list after the change. Throws with the server's words when it refuses. */
export async function runIncident(
  control: Control,
  action: IncidentAction,
  name: string,
): Promise<IncidentList> {
  return incidentListSchema.parse(
    await ask(control, `/incidents/${encodeURIComponent(name)}/${action}`, 'POST'),
  );
}

async function ask(control: Control, path: string, method: 'GET' | 'POST'): Promise<unknown> {
  const headers = { authorization: `Bearer ${control.token}` };
  const response = await fetch(control.url + path, { method, headers });
  const body: unknown = await response.json();
  if (response.ok) return body;
  const refusal = z.object({ error: z.string() }).safeParse(body);
  throw new Error(refusal.success ? refusal.data.error : `The demo answered ${response.status}.`);
}
