// What a cluster says of itself, for whoever checks a deployment: not part of the port, because the
// embedded log has nothing of the kind.

import type { KafkaConfig } from '../../config.ts';
import { unreachable } from '../failures.ts';
import { createClient } from './client.ts';

export type KafkaCluster = {
  readonly clusterId: string;
  readonly controller: number | null;
  readonly brokers: readonly {
    readonly nodeId: number;
    readonly host: string;
    readonly port: number;
  }[];
};

/** @throws {PipelineError} BUS_UNREACHABLE, also when the login is refused. */
export async function describeKafkaCluster(config: KafkaConfig): Promise<KafkaCluster> {
  const client = createClient(config, {});
  const admin = client.kafka.admin({ retry: { retries: 1 } });
  try {
    await admin.connect();
    return await admin.describeCluster();
  } catch (error) {
    throw unreachable(config.brokers, error);
  } finally {
    client.cut();
    await admin.disconnect().catch(() => {});
  }
}
