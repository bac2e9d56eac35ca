/**
 * Signatures of Standard Webhooks 1.0: HMAC-SHA256 with a shared key (`whsec_…` → `v1,…`) or ed25519
 * with a private one (`whsk_…` → `v1a,…`).
 */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { PipelineError } from '@regionpilot/protocol';
import type { Sign } from '../../receivers/standard-webhook.ts';

type Signer = (content: string) => string;

/**
 * Keys are decoded once, here.
 * @throws {PipelineError} CONFIG_INVALID naming the file of a key that is none, never the key.
 */
export function createSign(keys: ReadonlyMap<string, string>): Sign {
  const signers = new Map([...keys].map(([file, key]) => [key, signerOf(file, key)]));
  return (key, content) => signers.get(key)?.(content) ?? '';
}

function signerOf(file: string, key: string): Signer {
  const [, prefix, base64] = /^(whsec_|whsk_)([A-Za-z0-9+/]+=*)$/.exec(key) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (prefix === 'whsec_' && bytes.length >= 16) return symmetric(bytes);
  if (prefix === 'whsk_' && (bytes.length === 32 || bytes.length === 64)) return asymmetric(bytes);
  throw new PipelineError(
    'CONFIG_INVALID',
    `${file} holds no webhook key. Wanted: whsec_ and base64 of 24 to 64 random bytes, or whsk_ and base64 of an ed25519 private key of 32 or 64 bytes.`,
    { retriable: false, file },
  );
}

function symmetric(key: Buffer): Signer {
  return (content) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
}

function asymmetric(bytes: Buffer): Signer {
  const key = ed25519(bytes);
  return (content) => `v1a,${sign(null, Buffer.from(content), key).toString('base64')}`;
}

// PKCS #8 around a seed of 32 bytes (RFC 8410, 7). The 64-byte form is the seed and its public key.
const prefix = '302e020100300506032b657004220420';

function ed25519(bytes: Buffer): KeyObject {
  const key = Buffer.concat([Buffer.from(prefix, 'hex'), bytes.subarray(0, 32)]);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}
