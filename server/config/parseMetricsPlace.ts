import { z } from 'zod';
import type { MetricsPlace } from './metricsSettings.ts';
import type { Parsed } from './parsed.ts';
import { withoutCredentials } from './parseSetting.ts';

const text = z.string().min(1).max(1_000);
const placeSchema = z.strictObject({
  url: text.optional(),
  file: text.optional(),
  dns: text.optional(),
  labels: z
    .strictObject({ service: text.optional(), instance: text.optional(), version: text.optional() })
    .default({}),
  username: text.optional(),
  passwordFile: text.optional(),
  bearerTokenFile: text.optional(),
  ca: text.optional(),
  cert: text.optional(),
  key: text.optional(),
  serverName: text.optional(),
});

type Place = z.infer<typeof placeSchema>;

const FORM = 'write it as http://host:port/metrics, or in a file as {"url": "http://host:port/metrics", ...}';

/**
 * An address, or (in a configuration file) an object with `url`, `file` or `dns` and how to be let in. In the result `ca`,
 * `certificate` and `key` are still paths.
 */
export function parseMetricsPlace(written: string): Parsed<MetricsPlace> {
  if (!written.startsWith('{')) return place('url', parseAddress(written), {});
  const parsed = placeSchema.safeParse(parseJson(written));
  if (!parsed.success) return { problem: `${placeProblem(parsed.error)}; ${FORM}` };
  const { url, file, dns } = parsed.data;
  if ([url, file, dns].filter((one) => one !== undefined).length !== 1) {
    return { problem: `a place of metrics needs one of "url", "file" and "dns"; ${FORM}` };
  }
  const problem = accessProblem(parsed.data);
  if (problem !== null) return { problem };
  if (url !== undefined) return place('url', parseAddress(url), parsed.data);
  if (dns !== undefined) return place('dns', parseDns(dns), parsed.data);
  return place('file', { value: file ?? '' }, parsed.data);
}

export function parseMetricsFile(path: string): Parsed<MetricsPlace> {
  return place('file', { value: path }, {});
}

export function parseMetricsDns(written: string): Parsed<MetricsPlace> {
  return place('dns', parseDns(written), {});
}

/** `10.0.0.0/8`, one address, or `none`, which is null. */
export function parseAddressRange(written: string): Parsed<string | null> {
  if (written === 'none') return { value: null };
  const [network = '', bits, ...more] = written.split('/');
  const wrong = {
    problem: `${written} is not a range of addresses; write it as 10.0.0.0/8, fd00::/8, or none`,
  };
  const isIpv4 = z.ipv4().safeParse(network).success;
  if (more.length > 0 || !(isIpv4 || z.ipv6().safeParse(network).success)) return wrong;
  const mostBits = isIpv4 ? 32 : 128;
  if (bits === undefined) return { value: `${network}/${mostBits}` };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= mostBits ? { value: `${network}/${bits}` } : wrong;
}

function parseAddress(written: string): Parsed<string> {
  const url = URL.parse(written);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return { problem: `${withoutCredentials(written)} is not an http:// or https:// address` };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      problem: `${withoutCredentials(written)} holds a user or password, which everybody on the machine could read; say "username" and "passwordFile" in a configuration file`,
    };
  }
  return { value: url.href };
}

function parseDns(written: string): Parsed<string> {
  const isSrv = written.startsWith('srv+');
  const parsed = parseAddress(isSrv ? written.slice('srv+'.length) : written);
  if ('problem' in parsed) return parsed;
  if (isSrv && new URL(parsed.value).port !== '') {
    return { problem: `${written} holds a port, but SRV records say the port` };
  }
  return { value: isSrv ? `srv+${parsed.value}` : parsed.value };
}

function place(
  kind: MetricsPlace['kind'],
  at: Parsed<string>,
  written: Partial<Place>,
): Parsed<MetricsPlace> {
  if ('problem' in at) return at;
  const { labels } = written;
  return {
    value: {
      kind,
      at: at.value,
      labels: {
        service: labels?.service ?? null,
        instance: labels?.instance ?? null,
        version: labels?.version ?? null,
      },
      access: {
        username: written.username ?? null,
        passwordFile: written.passwordFile ?? null,
        bearerTokenFile: written.bearerTokenFile ?? null,
        ca: written.ca ?? null,
        certificate: written.cert ?? null,
        key: written.key ?? null,
        serverName: written.serverName ?? null,
      },
    },
  };
}

function accessProblem(written: Place): string | null {
  if (written.username !== undefined && written.bearerTokenFile !== undefined) {
    return '"username" and "bearerTokenFile" exclude each other; give one';
  }
  if (written.passwordFile !== undefined && written.username === undefined) {
    return '"passwordFile" needs a "username"';
  }
  if ((written.cert === undefined) !== (written.key === undefined)) {
    return '"cert" and "key" belong together; give both or none';
  }
  const isPlain = /^(srv\+)?http:/.test(written.url ?? written.dns ?? '');
  const isTlsAsked = [written.ca, written.cert, written.serverName].some((one) => one !== undefined);
  return isPlain && isTlsAsked
    ? '"ca", "cert", "key" and "serverName" are for https:// addresses, and this one is http://'
    : null;
}

/** Names of keys only: what was written may be a secret in the wrong place. */
function placeProblem(error: z.ZodError<unknown>): string {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    return `"${issue.keys[0]}" is not known in a place of metrics; known are ${Object.keys(placeSchema.shape).join(', ')}`;
  }
  const where = issue?.path.join('.') ?? '';
  return where === '' ? 'it is no JSON object' : `"${where}" must be a text of 1 to 1000 characters`;
}

function parseJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
