// An API over an embedded log of its own, and a bare connection to ask it rude things.

import { once } from 'node:events';
import { connect } from 'node:net';
import { type Api, type ApiOptions, startApi } from '../../api/io/api.ts';
import { type Bus, openBus } from '../../bus/index.ts';
import {
  encodeRecord,
  type PlainRecord,
  type TopicName,
  topicCatalogue,
  topicDefaults,
} from '../../protocol/index.ts';
import { eventually } from './eventually.ts';

export type ApiWorld = {
  readonly api: Api;
  readonly bus: Bus;
  readonly publish: (topic: TopicName, key: string, record: PlainRecord) => Promise<void>;
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly close: () => Promise<void>;
};

export async function openApiWorld(options: Partial<ApiOptions> = {}): Promise<ApiWorld> {
  const bus = await openBus({ kind: 'embedded', file: ':memory:' });
  const topics = { ...topicDefaults, replication: 1, minInsyncReplicas: 1 };
  await bus.applyTopics(topicCatalogue(topics));
  const { prefix } = topics;
  const api = await startApi({ bus, topics: { prefix }, instance: 'test', port: 0, ...options });
  await eventually(() => {
    const { notReady } = api.status();
    if (notReady.length > 0) throw new Error(notReady.join());
  });
  return {
    api,
    bus,
    publish: (topic, key, record) =>
      bus.publish(`${prefix}${topic}`, [{ key, value: encodeRecord(record), headers: {} }]),
    get: (path, init) => fetch(`${api.url}${path}`, init),
    close: async () => {
      await api.close();
      await bus.close();
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
export async function jsonOf(response: Response): Promise<any> {
  return response.json();
}

/** Sends bytes as they are and answers all that came back until the other side ended. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

export type SseMessage = {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came.
  readonly data: any;
};

export type SseReader = {
  /** The next message that fits; those before it are dropped. */
  readonly next: (fits?: (message: SseMessage) => boolean) => Promise<SseMessage>;
  readonly ended: Promise<void>;
  readonly close: () => void;
};

export async function readLive(
  url: string,
  headers: Record<string, string> = {},
): Promise<SseReader> {
  const stop = new AbortController();
  const response = await fetch(`${url}/api/v1/live`, {
    headers: { accept: 'text/event-stream', ...headers },
    signal: stop.signal,
  });
  if (response.status !== 200 || response.body === null) {
    throw new Error(`live answered ${response.status}: ${await response.text()}`);
  }
  const messages: SseMessage[] = [];
  let text = '';
  const read = async (body: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const message = messageIn(block);
        if (message !== null) messages.push(message);
      }
    }
  };
  const ended = read(response.body).catch(() => undefined);
  return {
    next: (fits = () => true) =>
      eventually(() => {
        for (let each = messages.shift(); each !== undefined; each = messages.shift()) {
          if (fits(each)) return each;
        }
        throw new Error('no such message came');
      }),
    ended,
    close: () => stop.abort(),
  };
}

function messageIn(block: string): SseMessage | null {
  const fields = new Map(
    block.split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)] as const;
    }),
  );
  const data = fields.get('data');
  if (data === undefined) return null;
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) };
}
