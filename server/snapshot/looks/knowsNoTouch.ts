import type { NodeFacts } from '#shared/snapshot.ts';

/** Whether CLIENT NO-TOUCH is known: since Redis 7.2, and in every Valkey. */
export function knowsNoTouch(node: NodeFacts | null): boolean {
  if (node === null) return false;
  const [major = 0, minor = 0] = node.version.split('.').map(Number);
  return node.flavour === 'valkey' || major > 7 || (major === 7 && minor >= 2);
}
