// `redis` made of this machine's redis-server.

import { join } from 'node:path';
import { findRedisServer, missingRedis } from '../redis-binary.ts';
import type { StandIn } from './import.ts';
import { pathOf } from './path.ts';

/** @throws {Error} when there is no redis-server here. */
export function redisStandIn(): StandIn {
  const server = findRedisServer();
  if (server === null) throw new Error(missingRedis);
  const own = pathOf(server);
  return {
    tag: 'regionpilot-test/redis:stand-in',
    programs: [],
    moved: [
      [own, '/usr/local/bin/redis-server'],
      [join(own, '../redis-cli'), '/usr/local/bin/redis-cli'],
    ],
    writable: ['/data'],
    changes: ['WORKDIR /data', 'CMD ["redis-server"]'],
  };
}
