/** Writes `docs/metrics.md` and `docs/traces-and-logs.md`: `npm run metrics-page`. */
import { writeFileSync } from 'node:fs';
import { metricsPage } from '../metrics-page.ts';
import { tracesPage } from '../traces-page.ts';

const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('metrics.md', docs), metricsPage());
writeFileSync(new URL('traces-and-logs.md', docs), tracesPage());
