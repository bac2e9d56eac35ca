// The first words any Kafka client says: ApiVersions, version 0. A broker answers them before any
// login, so that what it is and how quickly it answers is known even when the login is wrong.
// Layout: Kafka protocol guide, "ApiVersions Request (Version: 0)"; big-endian throughout.

export type ApiRange = readonly [minimum: number, maximum: number];
/** API key → versions the broker takes. */
export type ApiVersions = ReadonlyMap<number, ApiRange>;

const apiVersionsKey = 18;
const correlation = 4_711;
const clientId = 'regionpilot-doctor';

export function apiVersionsRequest(): Uint8Array {
  const name = new TextEncoder().encode(clientId);
  const bytes = new Uint8Array(4 + 2 + 2 + 4 + 2 + name.length);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, bytes.length - 4);
  view.setInt16(4, apiVersionsKey);
  view.setInt16(6, 0);
  view.setInt32(8, correlation);
  view.setInt16(12, name.length);
  bytes.set(name, 14);
  return bytes;
}

export type ApiVersionsAnswer =
  /** More bytes are wanted. */
  | { readonly kind: 'partial' }
  | { readonly kind: 'ok'; readonly versions: ApiVersions }
  /** Something listens there, and it is no Kafka. */
  | { readonly kind: 'foreign' };

/** No answer to this question is larger; what claims to be is no Kafka. */
const largestAnswer = 65_536;

export function readApiVersions(bytes: Uint8Array): ApiVersionsAnswer {
  if (bytes.length < 4) return { kind: 'partial' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getInt32(0);
  if (length < 10 || length > largestAnswer) return { kind: 'foreign' };
  if (bytes.length < 4 + length) return { kind: 'partial' };
  const count = view.getInt32(10);
  const isAnswer = view.getInt32(4) === correlation && view.getInt16(8) === 0;
  if (!isAnswer || count < 0 || 14 + count * 6 > 4 + length) return { kind: 'foreign' };
  const rows = Array.from({ length: count }, (_, i) => {
    const at = 14 + i * 6;
    return [view.getInt16(at), [view.getInt16(at + 2), view.getInt16(at + 4)]] as const;
  });
  return { kind: 'ok', versions: new Map(rows) };
}

type Api = { readonly name: string; readonly key: number; readonly speaks: ApiRange };

/** What our Kafka client speaks of the APIs that this product lives on. */
export const neededApis: readonly Api[] = [
  { name: 'produce', key: 0, speaks: [0, 7] },
  { name: 'fetch', key: 1, speaks: [0, 11] },
  { name: 'listOffsets', key: 2, speaks: [0, 3] },
  { name: 'metadata', key: 3, speaks: [0, 6] },
  { name: 'offsetCommit', key: 8, speaks: [0, 5] },
  { name: 'offsetFetch', key: 9, speaks: [1, 4] },
  { name: 'findCoordinator', key: 10, speaks: [0, 2] },
  { name: 'joinGroup', key: 11, speaks: [0, 5] },
  { name: 'heartbeat', key: 12, speaks: [0, 3] },
  { name: 'leaveGroup', key: 13, speaks: [0, 3] },
  { name: 'syncGroup', key: 14, speaks: [0, 3] },
];

/** APIs without a version that both sides speak. */
export function missingApis(versions: ApiVersions): readonly string[] {
  return neededApis
    .filter(({ key, speaks: [low, high] }) => {
      const range = versions.get(key);
      return range === undefined || range[0] > high || range[1] < low;
    })
    .map(({ name }) => name);
}

/** Kafka 4.0 dropped the fetch versions before 4: the one mark of age that every broker shows. */
export function brokerAge(versions: ApiVersions): string {
  const oldest = versions.get(1)?.[0] ?? 0;
  const age = oldest >= 4 ? 'Kafka 4.0 or newer' : 'older than Kafka 4.0';
  return `${age}, ${versions.size} APIs`;
}
