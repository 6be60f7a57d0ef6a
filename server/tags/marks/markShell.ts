export const CLI = 'redis-cli -u "$REDIS_URL"';

/** Sets `now` to the clock of Redis, ms. */
export const SHELL_NOW = `now=$(${CLI} --raw TIME | { read -r s; read -r us; echo $((s * 1000 + us / 1000)); })`;

/** Sends a message, which may hold NUL bytes, on every channel of the glob on which somebody listens. */
export function shellPublish(glob: string, message: Buffer): string {
  const bytes = [...message].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  return [
    `${CLI} --raw PUBSUB CHANNELS '${glob}' | while IFS= read -r channel; do`,
    `  [ -z "$channel" ] || printf '${bytes}' | ${CLI} -x PUBLISH "$channel"; done`,
  ].join('\n');
}
