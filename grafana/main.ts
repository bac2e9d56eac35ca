/**
 * `npm run dashboards`: writes what Grafana and Prometheus are provisioned with.
 *
 * `npm run dashboards -- --runbook-base https://git.acme.example/ --out folder` writes another
 * copy whose runbook links lead to where you publish `docs/runbooks/`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { writtenFiles } from './files.ts';
import { runbookBase } from './uids.ts';

const { values } = parseArgs({
  options: {
    'runbook-base': { type: 'string', default: runbookBase },
    out: { type: 'string', default: import.meta.dirname },
  },
});

for (const [path, text] of Object.entries(writtenFiles())) {
  const file = join(values.out, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text.replaceAll(runbookBase, values['runbook-base']));
}
