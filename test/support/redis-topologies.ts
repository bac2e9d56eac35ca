// Redis in the two shapes that fail over by themselves: Sentinel and Cluster, on loopback. Always
// processes of this machine: their members tell clients each other's addresses, and those of
// containers would not be ours.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import type { RedisServer } from './redis.ts';
import { findRedisServer, missingRedis } from './redis-binary.ts';
import { startLocalRedis } from './redis-local.ts';

export type SentinelGroup = {
  /** Master name to give to ioredis. */
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Every process, for tests that end a whole region. */
  readonly servers: readonly RedisServer[];
  readonly stop: () => Promise<void>;
};

/** One primary, one replica and three sentinels that promote within about a second. */
export async function startSentinel(): Promise<SentinelGroup> {
  const name = 'primary';
  const primary = await startLocalRedis();
  const replica = await startLocalRedis({ args: ['--replicaof', '127.0.0.1', `${primary.port}`] });
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-sentinel-'));
  const sentinels = await Promise.all(
    [0, 1, 2].map(() => startOneSentinel(folder, name, primary.port)),
  );
  const servers = [primary, replica, ...sentinels];
  await untilSentinelsAgree(sentinels, name);
  return {
    name,
    sentinels: sentinels.map(({ host, port }) => ({ host, port })),
    primary,
    replica,
    servers,
    stop: async () => {
      await Promise.all(servers.map((server) => server.kill9()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function startOneSentinel(
  folder: string,
  name: string,
  primary: number,
): Promise<RedisServer> {
  const port = await freePort();
  const file = join(folder, `sentinel-${port}.conf`);
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor ${name} 127.0.0.1 ${primary} 2`,
    `sentinel down-after-milliseconds ${name} 300`,
    `sentinel failover-timeout ${name} 2000`,
  ];
  writeFileSync(file, `${settings.join('\n')}\n`);
  return startLocalRedis({ port, sentinelFile: file });
}

async function untilSentinelsAgree(sentinels: readonly RedisServer[], name: string): Promise<void> {
  for (const { port } of sentinels) {
    await asking(port, async (redis) => {
      const info = String(await redis.call('INFO', 'sentinel'));
      return new RegExp(`name=${name},status=ok,.*slaves=1,sentinels=3`).test(info);
    });
  }
}

export type RedisCluster = {
  readonly nodes: readonly RedisServer[];
  readonly startup: readonly { readonly host: string; readonly port: number }[];
  readonly stop: () => Promise<void>;
};

/** Three masters that share the slots, without replicas. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const args = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'];
  const nodes = await Promise.all(
    [0, 1, 2].map(async () => {
      const port = await lowPort();
      return startLocalRedis({ port, args });
    }),
  );
  createCluster(nodes);
  for (const { port } of nodes) {
    await asking(port, async (redis) =>
      String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok'),
    );
  }
  return {
    nodes,
    startup: nodes.map(({ host, port }) => ({ host, port })),
    stop: async () => {
      await Promise.all(nodes.map((node) => node.kill9()));
    },
  };
}

/** A node's bus listens 10,000 above its port, which must exist too. */
async function lowPort(): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (port < 55_000) return port;
  }
}

function createCluster(nodes: readonly RedisServer[]): void {
  const server = findRedisServer();
  if (server === null) throw new Error(missingRedis);
  const cli = server.replace(/-server$/, '-cli');
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  const args = ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'];
  const { status, stdout, stderr } = spawnSync(cli, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${cli} --cluster create failed: ${stdout}${stderr}`);
}

async function asking(port: number, holds: (redis: Redis) => Promise<boolean>): Promise<void> {
  const redis = new Redis({ port, protocol: 2, enableReadyCheck: false });
  redis.on('error', () => {});
  const deadline = Date.now() + 30_000;
  try {
    while (!(await holds(redis))) {
      if (Date.now() > deadline) throw new Error(`redis on port ${port} never got ready`);
      await sleep(50);
    }
  } finally {
    redis.disconnect();
  }
}
