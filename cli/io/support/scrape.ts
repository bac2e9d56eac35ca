/** Metrics of a process, as text. */

const timeoutMs = 5_000;
const mostBytes = 16 * 1_048_576;

/** @throws {Error} in words for a person. */
export async function scrape(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!answer.ok) throw new Error(`the metrics page answered ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of answer.body ?? []) {
    total += chunk.length;
    if (total > mostBytes) throw new Error('the metrics page is larger than 16 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
