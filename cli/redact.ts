// What must not leave a machine: values that are secrets by their name, and whatever has the shape of
// one wherever it stands. File names stay: they are how secrets are named here.

export const mask = '***';

/** Names whose values are secrets, unless they name a file. */
const secretName =
  /(pass(word|wd|phrase)?|secret|token|credential|authorization|api[-_]?key|private[-_]?key|routing[-_]?key|cookie)s?$/i;

export function isSecretName(name: string): boolean {
  return secretName.test(name) && !/file$/i.test(name);
}

/** A setting's value by its path, masked when it is a secret. */
export function redactedSetting(path: string, value: unknown): unknown {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return isSecretName(name) && value !== null && value !== undefined ? mask : redacted(value);
}

/** The same of anything JSON can hold, however deep. */
export function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redactedText(name), redactedField(name, each)]),
  );
}

function redactedField(name: string, value: unknown): unknown {
  const isSecret = isSecretName(name) && value !== null && typeof value !== 'boolean';
  return isSecret && typeof value !== 'number' ? mask : redacted(value);
}

const shapes: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, mask],
  // user:password@ of any address.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi, `$1${mask}@`],
  // Incoming-webhook addresses are secrets as a whole, queries may be.
  [/(https?:\/\/hooks\.slack\.com)\/[^\s"'<>\\]*/gi, `$1/${mask}`],
  [/(https?:\/\/[^\s?#"'<>\\]*)\?[^\s"'<>\\]*/gi, `$1?${mask}`],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${mask}`],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*/g, mask],
  // Tokens of our own API: the id stays, so that one can be found and revoked.
  [/\b(rp_[a-z]{3,10}_[a-z0-9]{12})_[A-Za-z0-9_-]{20,}/g, `$1_${mask}`],
  [/\bwhs(?:ec|k)_[A-Za-z0-9+/=_-]+/g, mask],
  [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, mask],
  [
    /\b((?:pass(?:word|wd)?|secret|token|api[-_]?key)\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;"'}]+)/gi,
    `$1${mask}`,
  ],
];

/** Text with whatever looks like a secret masked. Applied again it changes nothing more. */
export function redactedText(text: string): string {
  return shapes.reduce((sum, [shape, by]) => sum.replace(shape, by), text);
}
