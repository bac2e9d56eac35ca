// Where notices go, checked as far as can be without asking the network: URLs, private ranges and
// mail addresses. What a name resolves to is checked again when it is used.

import { type Flaw, flaw, hidden, hiddenFlaw } from './flaw.ts';

type UrlRule = {
  /** Plain `http:` is fine, since nothing secret goes that way or the network is named. */
  readonly plainAllowed: boolean;
};

/** Problems of a URL; what it shows of a wrong one never includes what may be a key. */
export function urlFlaws(path: string, url: string, { plainAllowed }: UrlRule): readonly Flaw[] {
  const parsed = parsedUrl(url);
  if (parsed === null) return [hiddenFlaw(path, 'a URL such as https://example.com/hook')];
  if (parsed.username !== '' || parsed.password !== '') {
    return [hiddenFlaw(path, 'a URL without user and password')];
  }
  const plain = parsed.protocol === 'http:' && (plainAllowed || isLoopback(parsed.hostname));
  if (parsed.protocol === 'https:' || plain) return [];
  return [flaw(path, `${parsed.protocol}//${parsed.host}`, 'https://…')];
}

function parsedUrl(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** A webhook to a private address that its own `allow` would refuse at every attempt. */
export function privateFlaws(path: string, url: string, allow: readonly string[]): readonly Flaw[] {
  const host = parsedUrl(url)?.hostname ?? '';
  const range = privateRange(host);
  const covered =
    host === 'localhost' || host === '[::1]'
      ? allow.length > 0
      : allow.some((cidr) => covers(cidr, host));
  if (range === null || covered) return [];
  return [flaw(path, host, `a public address, or the range in allow: ["${range}"]`)];
}

export function cidrFlaws(path: string, cidr: string): readonly Flaw[] {
  return isCidr(cidr) ? [] : [flaw(path, cidr, 'an address range such as 10.0.0.0/8 or fd00::/8')];
}

export function mailFlaws(path: string, address: string): readonly Flaw[] {
  const bare = /<([^<>]+)>$/.exec(address)?.[1] ?? address;
  const sound = bare.length <= 254 && /^[^\s@<>"(),:;]+@[^\s@<>"(),:;]+$/.test(bare);
  const oneLine = !/[\r\n]/.test(address);
  return sound && oneLine ? [] : [flaw(path, address, 'a mail address such as sre@example.com')];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}

function privateRange(host: string): string | null {
  if (isLoopback(host)) return host === '[::1]' ? '::1/128' : '127.0.0.0/8';
  const ranges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];
  return ranges.find((range) => covers(range, host)) ?? null;
}

function covers(cidr: string, host: string): boolean {
  const [base = '', bits = ''] = cidr.split('/');
  const network = ipv4(base);
  const address = ipv4(host);
  if (network === null || address === null) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(network / size) === Math.floor(address / size);
}

function isCidr(text: string): boolean {
  const match = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text);
  if (match === null) return false;
  const [, address = '', bits = ''] = match;
  if (ipv4(address) !== null) return Number(bits) <= 32;
  return address.includes(':') && URL.canParse(`http://[${address}]/`) && Number(bits) <= 128;
}

function ipv4(text: string): number | null {
  const parts = text.split('.').map(Number);
  const sound = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && parts.every((part) => part <= 255);
  return sound ? parts.reduce((sum, part) => sum * 256 + part, 0) : null;
}

/** A file name that is the secret itself, pasted where its file belongs. */
export function pastedSecretFlaws(path: string, name: string): readonly Flaw[] {
  const looksIt =
    /^[A-Za-z0-9]{32}$/.test(name) || /^whs(ec|k)_/.test(name) || /^https?:\/\//.test(name);
  if (!looksIt) return [];
  const suggestion = 'write it to a file and name that here';
  return [
    { path, value: hidden, expected: 'the name of a file that holds the secret', suggestion },
  ];
}
