import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { RedisSettings } from '#server/config/config.ts';

/** Options for `tls.connect`; null = plain TCP. The certificate and the host name in it are always checked. */
export function tlsOptions(settings: RedisSettings): ConnectionOptions | null {
  if (settings.tls === null) return null;
  const { ca, certificate, key, serverName } = settings.tls;
  const name = serverName ?? (isIP(settings.host) === 0 ? settings.host : null);
  return {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca }),
    ...(certificate === null ? {} : { cert: certificate }),
    ...(key === null ? {} : { key }),
    ...(name === null ? {} : { servername: name }),
  };
}
