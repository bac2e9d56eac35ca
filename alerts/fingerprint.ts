// Names for sets of labels: the same labels, whatever their order, have the same name on every
// machine. FNV-1a over 64 bits, fed as Prometheus feeds it, so that a fingerprint here is the one
// that Alertmanager shows. http://www.isthe.com/chongo/tech/comp/fnv/

import type { Labels } from '@regionpilot/protocol';

const offset = 0xcbf29ce484222325n;
const prime = 0x100000001b3n;
const mask = 0xffffffffffffffffn;
const separator = 0xff;
const utf8 = new TextEncoder();

/** 16 hex digits. */
export function fingerprintOf(labels: Labels): string {
  let hash = offset;
  for (const name of Object.keys(labels).sort()) {
    hash = add(add(hash, name), labels[name] ?? '');
  }
  return hex(hash);
}

/** One story at whichever receiver: `rp-` and 16 hex digits over deployment and group labels. */
export function dedupKeyOf(deployment: string, groupLabels: Labels): string {
  let hash = add(offset, deployment);
  for (const name of Object.keys(groupLabels).sort()) {
    hash = add(add(hash, name), groupLabels[name] ?? '');
  }
  return `rp-${hex(hash)}`;
}

/**
 * The deployment as one partition signs it. What is not about a group (the watchdog, a refused config)
 * every partition says for itself: two writers of one key would contradict each other.
 */
export function deploymentIn(deployment: string, partition: number): string {
  return partition === 0 ? deployment : `${deployment}#${partition}`;
}

function add(hash: bigint, text: string): bigint {
  let sum = hash;
  for (const byte of utf8.encode(text)) sum = addByte(sum, byte);
  return addByte(sum, separator);
}

function addByte(hash: bigint, byte: number): bigint {
  return ((hash ^ BigInt(byte)) * prime) & mask;
}

function hex(hash: bigint): string {
  return hash.toString(16).padStart(16, '0');
}
