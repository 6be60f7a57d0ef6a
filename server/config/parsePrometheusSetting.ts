import { type MetricMapping, metricMappingSchema } from '#shared/traffic/metricMapping.ts';
import type { Parsed } from './parsed.ts';
import { withoutCredentials } from './parseSetting.ts';

export function parsePrometheusUrl(text: string): Parsed<string> {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '')
    return {
      problem: `${withoutCredentials(text)} is not an http:// or https:// address of a Prometheus server`,
    };
  if (url.username !== '' || url.password !== '')
    return {
      problem: `${withoutCredentials(text)} holds a user or password; give --prometheus-user and --prometheus-password-file`,
    };
  return { value: url.href };
}

const MATCHER = String.raw`\s*[a-zA-Z_]\w*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\]|\\.)*"\s*`;
const MATCHERS = new RegExp(`^${MATCHER}(?:,${MATCHER})*$`);

export function parseMatchers(text: string): Parsed<string> {
  if (MATCHERS.test(text)) return { value: text.trim() };
  return { problem: `${text} is no list of label matchers; write it as namespace="shop",env=~"prod|live"` };
}

/** The text of a file of mappings; what is wrong is said with its place. */
export function parseMetricMappings(text: string): Parsed<readonly MetricMapping[]> {
  const content = parseJson(text);
  if (!Array.isArray(content)) return { problem: 'is not a JSON list of mappings' };
  const mappings: MetricMapping[] = [];
  for (const [at, item] of content.entries()) {
    const parsed = metricMappingSchema.safeParse(item);
    if (parsed.success) {
      mappings.push(parsed.data);
      continue;
    }
    const [issue] = parsed.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return { problem: `mapping ${at + 1}: ${where}${issue?.message}` };
  }
  return { value: mappings };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
