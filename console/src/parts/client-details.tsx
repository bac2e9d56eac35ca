// One client in full: what it follows and what it says of each region, with the numbers behind it.

import type { ClientRegion, ClientState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { now } from '../io/clock.ts';
import { ago, count, latency, ratio, titled } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { ToneMark } from './marks.tsx';
import { Name } from './text.tsx';

/** Tone of what a client says of a region. */
export const verdictTone = {
  ok: 'calm',
  suspect: 'watch',
  down: 'bad',
  everywhere: 'bad',
  quiet: 'unknown',
  none: 'unknown',
} as const;

const presences = {
  here: 'reports',
  silent: 'fell silent without a goodbye',
  goodbye: 'said goodbye and left',
} as const;

export function ClientDetails({ client }: { client: ClientState }): VNode {
  return (
    <div class="pad stack">
      <dl class="facts">
        <dt>Client</dt>
        <dd class="mono">{harmless(client.client)}</dd>
        <dt>Group</dt>
        <dd>
          <a class="link" href={pathOf({ kind: 'group', group: client.group })}>
            <Name of={client.group} />
          </a>
        </dd>
        <dt>Lives in</dt>
        <dd>
          {harmless(client.home)}, domain {harmless(client.domain)}
        </dd>
        <dt>Presence</dt>
        <dd>
          {presences[client.presence]}, last seen {ago(client.lastSeenMs, now.value)}
        </dd>
        <dt>Follows</dt>
        <dd class={client.straggler ? 'tone-watch' : ''}>
          {client.applied === null ? 'no decision yet' : `decision ${client.applied.join('.')}`}
          {client.straggler ? ', which is not the newest' : ''}
        </dd>
      </dl>
      <div class="tiles">
        {client.regions.map((region) => (
          <RegionView key={region.region} region={region} />
        ))}
      </div>
    </div>
  );
}

function RegionView({ region }: { region: ClientRegion }): VNode {
  const all = region.answered + region.failed;
  return (
    <div class="effect">
      <b>
        <ToneMark tone={verdictTone[region.verdict]} /> {harmless(region.region)}:{' '}
        {titled(region.verdict)}
      </b>
      <span>
        {region.ready} of {region.connections} connections ready
      </span>
      <span>
        {count(region.failed)} of {count(all)} failed (
        {ratio(all === 0 ? null : region.failed / all)})
      </span>
      <span class="quiet">oldest without an answer: {latency(region.stalledMs)}</span>
    </div>
  );
}
