import { BlockList, isIP } from 'node:net';

/** A set of IP addresses. */
export interface AddressRanges {
  /** As configured, for an operator. */
  readonly text: string;
  /** False for what is no IP address. An IPv4 address inside IPv6 (`::ffff:10.0.0.1`) counts as that IPv4 address. */
  has(address: string): boolean;
}

/** `ranges` such as `10.0.0.0/8` and `fd00::/8`, already checked by the configuration. */
export function addressRanges(ranges: readonly string[]): AddressRanges {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), familyOf(network));
  }
  return {
    text: ranges.join(', '),
    has: (address) => isIP(address) !== 0 && list.check(address, familyOf(address)),
  };
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
