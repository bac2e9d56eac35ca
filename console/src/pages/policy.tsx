// The numbers a group is judged by: what each means, where its value comes from, whether it can
// change while running.

import type { PolicyView } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useResource } from '../io/resource.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { ResourceCard } from '../parts/resource-card.tsx';
import { Name, PageHead } from '../parts/text.tsx';

const origins = { default: 'standard', config: 'configured', order: 'by an order' } as const;

export function PolicyPage({ group }: { group: string }): VNode {
  const [resource, retry] = useResource<PolicyView>(
    `/api/v1/groups/${encodeURIComponent(group)}/policy`,
  );
  return (
    <>
      <PageHead
        title={
          <>
            Policy of <Name of={group} />
          </>
        }
        sub="The numbers that judgements rest on. What differs from the standard is marked."
        actions={
          <a class="button bare" href={pathOf({ kind: 'group', group })}>
            Back to the group
          </a>
        }
      />
      <ResourceCard label="Settings" resource={resource} retry={retry}>
        {(policy) => (
          <div class="table-wrap">
            <table>
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  <th scope="col">Value</th>
                  <th scope="col" class="low">
                    Standard
                  </th>
                  <th scope="col" class="low">
                    Changes
                  </th>
                </tr>
              </thead>
              <tbody>
                {policy.settings.map((setting) => (
                  <SettingRow key={setting.name} setting={setting} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </ResourceCard>
    </>
  );
}

const shown = (value: unknown): string =>
  harmless(
    typeof value === 'string' ? value : (JSON.stringify(value) ?? '–').replaceAll(',', ', '),
  );

function SettingRow({ setting }: { setting: PolicyView['settings'][number] }): VNode {
  const differs = setting.origin !== 'default';
  return (
    <tr>
      <th scope="row">
        <code>{harmless(setting.name)}</code>
        <div class="tiny soft meaning">{harmless(setting.meaning)}</div>
      </th>
      <td>
        <code>{shown(setting.value)}</code>
        {differs ? (
          <span class="chip tone-watch setting-origin">{origins[setting.origin]}</span>
        ) : null}
      </td>
      <td class="low">
        <code class="quiet">{shown(setting.default)}</code>
      </td>
      <td class="low quiet">{setting.live ? 'while running' : 'at start'}</td>
    </tr>
  );
}
