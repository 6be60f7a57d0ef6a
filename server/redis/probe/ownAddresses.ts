/** Addresses of our own connections to one node, as `host:port`, so that our own look-ups are told from the services'. */
export interface OwnAddresses {
  /** Returns the way to take it out again. */
  add(address: string): () => void;
  has(address: string): boolean;
  /** The same for an address that stands in a longer run of bytes. */
  hasBytes(bytes: Uint8Array, from: number, to: number): boolean;
}

export function openOwnAddresses(): OwnAddresses {
  const counts = new Map<string, number>();
  let encoded: readonly Uint8Array[] = [];
  const encode = () => {
    encoded = [...counts.keys()].map((address) => Buffer.from(address));
  };
  return {
    add(address) {
      counts.set(address, (counts.get(address) ?? 0) + 1);
      encode();
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        const left = (counts.get(address) ?? 1) - 1;
        if (left === 0) counts.delete(address);
        else counts.set(address, left);
        encode();
      };
    },
    has: (address) => counts.has(address),
    hasBytes(bytes, from, to) {
      for (const address of encoded) {
        if (address.length === to - from && isAt(address, bytes, from)) return true;
      }
      return false;
    },
  };
}

/** From the end: addresses of one host differ in their ports. */
function isAt(address: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let at = address.length - 1; at >= 0; at -= 1) {
    if (address[at] !== bytes[from + at]) return false;
  }
  return true;
}

/** The near end of a socket as MONITOR writes it. */
export function addressOf({
  localAddress = '',
  localPort = 0,
}: {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}): string {
  const host = localAddress.startsWith('::ffff:') ? localAddress.slice('::ffff:'.length) : localAddress;
  return host.includes(':') ? `[${host}]:${localPort}` : `${host}:${localPort}`;
}
