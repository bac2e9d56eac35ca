// `apache/kafka` made of this machine's Java and the jars that the tests fetch. It understands what the
// published image understands and we use: settings as KAFKA_… variables, CLUSTER_ID, KAFKA_HEAP_OPTS.

import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaJars } from '../kafka/jars.ts';
import type { StandIn } from './import.ts';
import { pathOf } from './path.ts';

/** @throws {Error} when there is no Java or no jars. */
export async function kafkaStandIn(): Promise<StandIn> {
  const jars = await kafkaJars();
  if (jars.kind === 'missing') throw new Error(jars.reason);
  const home = join(realpathSync(pathOf('java')), '../..');
  const libraries = ['lib', 'lib/server'].flatMap((folder) =>
    readdirSync(join(home, folder))
      .filter((name) => name.endsWith('.so'))
      .map((name) => join(home, folder, name)),
  );
  return {
    tag: 'regionpilot-test/kafka:stand-in',
    programs: [join(home, 'bin/java'), '/bin/bash', '/usr/bin/env', '/bin/sh', ...libraries],
    folders: [join(home, 'lib'), join(home, 'conf')],
    moved: [[jars.folder, '/opt/kafka/libs']],
    scripts: {
      '/run-kafka': readFileSync(join(import.meta.dirname, 'run-kafka'), 'utf8'),
    },
    writable: ['/var/lib/kafka/data'],
    changes: [`ENV JAVA_HOME=${home}`, 'CMD ["/run-kafka"]'],
  };
}
