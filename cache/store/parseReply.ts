/** The texts of an array reply; what is not one is left out. */
export function parseTexts(reply: unknown): string[] {
  return Array.isArray(reply) ? reply.filter((item) => typeof item === 'string') : [];
}

/** The buffers of an array reply; what is not one is left out. */
export function parseBuffers(reply: unknown): Buffer[] {
  return Array.isArray(reply) ? reply.filter((item) => Buffer.isBuffer(item)) : [];
}

export function parseCount(reply: unknown): number {
  return typeof reply === 'number' ? reply : 0;
}

/** Element of an array reply; undefined past its end or when it is none. */
export function replyAt(reply: unknown, index: number): unknown {
  return Array.isArray(reply) ? reply[index] : undefined;
}
