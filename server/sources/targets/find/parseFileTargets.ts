import { z } from 'zod';
import { type ScrapeTarget, type TargetAccess, targetId } from '../scrapeTarget.ts';
import { type Found, MAX_FOUND_TARGETS } from './targetFinder.ts';

export interface FileTargetOptions {
  readonly path: string;
  readonly access: TargetAccess;
}

const groupsSchema = z.array(
  z.strictObject({
    targets: z.array(z.string().max(300)),
    labels: z.record(z.string(), z.string().max(300)).default({}),
  }),
);

/**
 * Targets of a file_sd file: groups of `host:port` with labels, of which `__scheme__`, `__metrics_path__`, `service` (else
 * `job`), `instance` and `version` are used. One thing that is wrong refuses the file, so that no target is lost silently.
 * Source: prometheus.io/docs/prometheus/latest/configuration/configuration, "file_sd_config".
 */
export function parseFileTargets(
  text: string,
  options: FileTargetOptions,
): Found | { readonly problem: string } {
  const content = parseJson(text);
  if (content === undefined) return { problem: 'The file is no JSON.' };
  const groups = groupsSchema.safeParse(content);
  if (!groups.success) {
    const [issue] = groups.error.issues;
    return {
      problem: `The file is not a list of groups of targets: ${whereOf(issue?.path ?? [])}${issue?.message}.`,
    };
  }
  const targets: ScrapeTarget[] = [];
  for (const [at, { targets: hosts, labels }] of groups.data.entries()) {
    for (const host of hosts) {
      const url = urlOf(host, new Map(Object.entries(labels)));
      if (url === null) {
        return {
          problem: `[${at}].targets holds ${JSON.stringify(host)}, which is not of the form host:port.`,
        };
      }
      targets.push(targetOf(url, new Map(Object.entries(labels)), options));
    }
  }
  const leftOutCount = targets.length - MAX_FOUND_TARGETS;
  return {
    targets: targets.slice(0, MAX_FOUND_TARGETS),
    leftOut:
      leftOutCount > 0 ? `${leftOutCount} targets past the first ${MAX_FOUND_TARGETS} are left out.` : '',
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function urlOf(host: string, labels: ReadonlyMap<string, string>): string | null {
  const scheme = labels.get('__scheme__') ?? 'http';
  const path = labels.get('__metrics_path__') ?? '/metrics';
  if (!/^https?$/.test(scheme) || !path.startsWith('/') || /[/?#@\\\s]/.test(host)) return null;
  return URL.parse(`${scheme}://${host}${path}`)?.href ?? null;
}

function targetOf(
  url: string,
  labels: ReadonlyMap<string, string>,
  { path, access }: FileTargetOptions,
): ScrapeTarget {
  return {
    id: targetId(url, null),
    url,
    origin: 'file',
    foundBy: path,
    labels: {
      service: labels.get('service') ?? labels.get('job') ?? null,
      instance: labels.get('instance') ?? null,
      version: labels.get('version') ?? null,
    },
    access,
    connectTo: null,
    ranges: null,
  };
}

function whereOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const where = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return `${where.replace(/^\./, '')}: `;
}
