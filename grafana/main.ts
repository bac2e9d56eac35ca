/**
 * `npm run dashboards`: writes what Grafana and Prometheus are provisioned with.
 *
 * `npm run dashboards -- --docs https://wiki.acme.example/regionpilot/ --out /etc/…` writes another
 * copy whose runbook links lead to your own publication of `docs/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writtenFiles } from './files.ts';
import { docsBase } from './uids.ts';

const { values } = parseArgs({
  options: {
    docs: { type: 'string', default: docsBase },
    out: { type: 'string', default: import.meta.dirname },
  },
});

for (const [path, text] of Object.entries(writtenFiles())) {
  const file = join(values.out, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replaceAll(docsBase, values.docs));
}
