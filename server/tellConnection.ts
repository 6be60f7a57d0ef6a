import type { ConnectionState } from '#shared/snapshot.ts';

interface ToldConnection {
  readonly onStatus: (listener: (state: ConnectionState) => void) => () => void;
}

/**
 * Says in the log when Redis does not answer (everything), and when it does again: who starts with a wrong address or password looks
 * at the terminal first. A reason that changes meanwhile is for the page.
 */
export function tellConnection(
  connection: ToldConnection,
  address: string,
  log: (line: string) => void,
): () => void {
  let told: ConnectionState['state'] = 'connected';
  return connection.onStatus(({ state, detail }) => {
    if (state === 'connecting' || state === told) return;
    told = state;
    log(state === 'connected' ? `${address} answers.` : `${address}: ${detail}`);
  });
}
