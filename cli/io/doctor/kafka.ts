/** Brokers and their cluster, asked directly. */
import { isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { KafkaConfig } from '@regionpilot/bus';
import type { BrokerFact, ClusterFact } from '../../doctor/bus.ts';
import { apiVersionsRequest, readApiVersions } from '../../doctor/kafka-wire.ts';
import { converse } from './sockets.ts';

/** Every named broker at once. Never throws. */
export async function askBrokers(
  config: KafkaConfig,
  timeoutMs: number,
): Promise<readonly BrokerFact[]> {
  return Promise.all(config.brokers.map((address) => askBroker(config, address, timeoutMs)));
}

async function askBroker(
  { tls }: KafkaConfig,
  address: string,
  timeoutMs: number,
): Promise<BrokerFact> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at);
  const place = { host, port: Number(address.slice(at + 1)), ...securityOf(tls, host) };
  const startedMs = performance.now();
  try {
    const read = (heard: Buffer) => {
      const answer = readApiVersions(heard);
      return answer.kind === 'partial' ? null : answer;
    };
    const answer = await converse(place, apiVersionsRequest(), read, timeoutMs);
    if (answer.kind === 'foreign') return { address, answer };
    const tookMs = performance.now() - startedMs;
    return { address, answer: { kind: 'answered', tookMs, versions: answer.versions } };
  } catch (error) {
    return { address, answer: { kind: 'silent', reason: (error as Error).message } };
  }
}

function securityOf(tls: KafkaConfig['tls'], host: string): { readonly tls?: ConnectionOptions } {
  if (tls === undefined || tls === false) return {};
  const name = isIP(host) === 0 ? { servername: host } : {};
  return { tls: { ...name, ...(tls === true ? {} : tls) } };
}

/** @throws {PipelineError} BUS_UNREACHABLE. */
export async function askCluster(config: KafkaConfig): Promise<ClusterFact> {
  const { describeKafkaCluster } = await import('@regionpilot/bus/kafka');
  return describeKafkaCluster(config);
}
