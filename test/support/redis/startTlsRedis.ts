import { fileURLToPath } from 'node:url';
import { freePort } from '../freePort.ts';
import { startRedis, type TestRedis } from '../startRedis.ts';

/** A Redis that speaks TLS at one port, and wants a certificate of its clients there; plain at the other. */
export interface TlsRedis extends TestRedis {
  readonly tlsPort: number;
  readonly files: typeof tlsFiles;
}

const path = (name: string): string =>
  fileURLToPath(new URL(`../../server/redis/tls/${name}`, import.meta.url));

/** Made for the tests only: a CA, a server certificate for `localhost`, a client certificate. */
export const tlsFiles = {
  ca: path('ca.pem'),
  serverCertificate: path('server.crt'),
  serverKey: path('server.key'),
  clientCertificate: path('client.crt'),
  clientKey: path('client.key'),
} as const;

export async function startTlsRedis(): Promise<TlsRedis> {
  const tlsPort = await freePort();
  const redis = await startRedis([
    ...['--tls-port', String(tlsPort), '--tls-auth-clients', 'yes', '--tls-ca-cert-file', tlsFiles.ca],
    ...['--tls-cert-file', tlsFiles.serverCertificate, '--tls-key-file', tlsFiles.serverKey],
  ]);
  return { ...redis, tlsPort, files: tlsFiles };
}
