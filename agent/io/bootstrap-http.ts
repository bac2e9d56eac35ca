import type { Decision } from '@regionpilot/protocol';
import { parseDecisions, storedBytesMax } from '../decision-store.ts';

const timeoutMs = 1_000;

/**
 * Decisions from a URL that answers a JSON list of them.
 * @throws when it does not answer within a second, or with something else.
 */
export async function fetchDecisions(url: string): Promise<readonly Decision[]> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
  });
  if (!response.ok) throw new Error(`got status ${response.status}, wanted 200`);
  const parsed = parseDecisions(await bodyOf(response));
  if (parsed.kind === 'invalid') throw new Error(parsed.text);
  return parsed.decisions;
}

async function bodyOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > storedBytesMax) throw new Error(`got more than ${storedBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
