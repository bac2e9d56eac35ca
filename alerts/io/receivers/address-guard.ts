/**
 * Keeps a webhook from being a way into the network we run in (server-side request forgery). The
 * check is made where the name becomes an address, for the very connection: checking the name first
 * and connecting afterwards would let the name change its mind in between (DNS rebinding).
 */
import { lookup as resolve } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Special-purpose ranges (IANA registries of RFC 6890), multicast, and IPv6 that carries IPv4. */
const special = [
  ['ipv4', '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12'],
  ['ipv4', '192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15'],
  ['ipv4', '198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4'],
  ['ipv6', '::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16'],
  ['ipv6', '3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8'],
] as const;

const blocked = blockList(special.flatMap(([, ranges]) => ranges.split(' ')));

export type AddressGuard = (address: string) => boolean;

/**
 * True for an address that may be spoken to: public, or inside one of the `allow` ranges (CIDR). A
 * `BlockList` knows that `::ffff:10.0.0.1` is 10.0.0.1.
 */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const allowed = blockList(allow);
  return (address) => {
    const plain = address.replace(/%.*$/, '');
    if (isIP(plain) === 0) return false;
    const family = isIP(plain) === 6 ? 'ipv6' : 'ipv4';
    return allowed.check(plain, family) || !blocked.check(plain, family);
  };
}

export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

/** Like `dns.lookup`, but only with addresses that may be spoken to. */
export function guardedLookup(guard: AddressGuard): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const open = addresses.filter(({ address }) => guard(address));
      const [first] = open;
      if (first === undefined) return callback(new AddressRefused('private address'), []);
      return options.all === true
        ? callback(null, open)
        : callback(null, first.address, first.family);
    });
  };
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}
