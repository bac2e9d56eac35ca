// Everything that is generated, as path and text. A test compares it with what is committed.

import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { stringify } from 'yaml';
import { dashboardOf } from './frame.ts';
import { deliveryPage } from './pages/alert-delivery.ts';
import { failoverPage } from './pages/failover.ts';
import { pipelinePage } from './pages/pipeline.ts';
import { regionsPage } from './pages/regions.ts';
import { ruleFile } from './prometheus/rules.ts';
import { provisioningFiles } from './provisioning.ts';

export const dashboards: readonly Dashboard[] = [
  regionsPage,
  failoverPage,
  pipelinePage,
  deliveryPage,
].map(dashboardOf);

const head = '# Written by `npm run dashboards`: change grafana/*.ts instead.\n';

/** Path below `grafana/` → text. */
export function writtenFiles(): Readonly<Record<string, string>> {
  const pages = dashboards.map((dashboard): readonly [string, string] => [
    `dashboards/${dashboard.uid}.json`,
    `${JSON.stringify(dashboard, null, 2)}\n`,
  ]);
  const documents = Object.entries({
    ...provisioningFiles(dashboards),
    'prometheus/rules.yml': ruleFile(),
  }).map(([path, document]): readonly [string, string] => [
    path,
    `${head}${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`,
  ]);
  return Object.fromEntries([...pages, ...documents]);
}
