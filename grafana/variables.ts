// The drop-downs of a dashboard: data source, job and instance, and whatever else its queries use.

import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DatasourceVariableBuilder,
  type Panel,
  QueryVariableBuilder,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { catalogue, type LabelsOf, type MetricName } from '../telemetry/catalogue.ts';
import { datasource } from './dress.ts';

/** Of which metric the values of a variable are read, and what stands before it. */
const sources = {
  group: from('regionpilot.region.health.state', 'group', 'Group'),
  receiver: from('regionpilot.alerts.waiting', 'receiver', 'Receiver'),
} as const;

/** Every process of ours says how long it has been up, whatever its part. */
const everywhere = catalogue['process.uptime'].prometheus;

export function variablesFor(panels: readonly Panel[]): Builder<VariableModel>[] {
  const text = JSON.stringify(panels);
  const used = Object.entries(sources).filter(([name]) => text.includes(`$${name}`));
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    listed('job', 'Job', `label_values(${everywhere}, job)`),
    listed('instance', 'Instance', `label_values(${everywhere}{job=~"$job"}, instance)`),
    ...used.map(([name, { label, query }]) => listed(name, label, query)),
  ];
}

function from<Name extends MetricName>(
  name: Name,
  value: LabelsOf<Name>,
  label: string,
): { readonly label: string; readonly query: string } {
  const { prometheus } = catalogue[name];
  const query = `label_values(${prometheus}{job=~"$job", instance=~"$instance"}, ${value})`;
  return { label, query };
}

function listed(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .query({ query, refId: name })
    .definition(query)
    .datasource(datasource)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.NaturalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ selected: true, text: ['All'], value: ['$__all'] });
}
