// All clients, page by page, the worst first; the filter is in the address.

import type { ClientState, Page } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { goTo } from '../io/place.ts';
import { useResource } from '../io/resource.ts';
import { fleet } from '../io/store.ts';
import {
  type ClientFilter,
  clientsRequest,
  complaint,
  type FilterName,
  filterQuery,
  pageSize,
  parseFilter,
} from '../model/clients.ts';
import { ago } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { ClientDetails, verdictTone } from '../parts/client-details.tsx';
import { ToneMark } from '../parts/marks.tsx';
import { ResourceCard } from '../parts/resource-card.tsx';
import { Empty, Name, PageHead } from '../parts/text.tsx';

export function ClientsPage({ query }: { query: string }): VNode {
  const filter = parseFilter(query);
  // Cursors of the pages that were turned; a new filter starts over.
  const [turned, setTurned] = useState<{ query: string; cursors: readonly string[] }>({
    query,
    cursors: [],
  });
  const cursors = turned.query === query ? turned.cursors : [];
  const [resource, retry] = useResource<Page<ClientState>>(
    clientsRequest(filter, cursors.at(-1) ?? null),
    5_000,
  );
  return (
    <>
      <PageHead
        title="Clients"
        sub="Each process with an agent, as it reports itself. The worst come first."
      />
      <Filters filter={filter} />
      <ResourceCard label="Clients" resource={resource} retry={retry}>
        {(page) => (
          <>
            {page.items.length === 0 ? (
              <Empty title="No client matches">Change or clear the filters.</Empty>
            ) : (
              <ClientTable clients={page.items} />
            )}
            {page.total === 1 && page.items[0] !== undefined ? (
              <ClientDetails client={page.items[0]} />
            ) : null}
            <Pager
              page={page}
              turned={cursors.length}
              onTurn={(next) =>
                setTurned({
                  query,
                  cursors: next === null ? cursors.slice(0, -1) : [...cursors, next],
                })
              }
            />
          </>
        )}
      </ResourceCard>
    </>
  );
}

function Filters({ filter }: { filter: ClientFilter }): VNode {
  const set = (name: FilterName, value: string): void =>
    goTo({ kind: 'clients', query: filterQuery({ ...filter, [name]: value }) }, 'replace');
  const { groups } = fleet.value;
  const regions = groups
    .filter((g) => filter.group === undefined || g.group === filter.group)
    .flatMap((g) => g.regions.map((r) => r.region));
  const names = [...new Set(regions)].sort();
  return (
    <search class="filters">
      <div class="field grow">
        <label for="q">Name contains</label>
        <input
          id="q"
          class="input"
          type="search"
          value={filter.q ?? ''}
          onInput={(event) => set('q', event.currentTarget.value)}
        />
      </div>
      <Select
        id="group"
        label="Group"
        value={filter.group}
        options={groups.map((g) => g.group)}
        set={set}
      />
      <Select id="home" label="Home" value={filter.home} options={names} set={set} />
      <Select id="region" label="Region" value={filter.region} options={names} set={set} />
      <Select
        id="verdict"
        label="Verdict"
        value={filter.verdict}
        options={['down', 'suspect', 'everywhere', 'quiet', 'none', 'ok']}
        set={set}
      />
      <label class="choice">
        <input
          type="checkbox"
          checked={filter.straggler === 'true'}
          onChange={(event) => set('straggler', event.currentTarget.checked ? 'true' : '')}
        />
        <span>Stragglers only</span>
      </label>
    </search>
  );
}

function Select(props: {
  id: FilterName;
  label: string;
  value: string | undefined;
  options: readonly string[];
  set: (name: FilterName, value: string) => void;
}): VNode {
  return (
    <div class="field">
      <label for={props.id}>{props.label}</label>
      <select
        id={props.id}
        class="input"
        value={props.value ?? ''}
        onChange={(event) => props.set(props.id, event.currentTarget.value)}
      >
        <option value="">All</option>
        {props.options.map((option) => (
          <option key={option} value={option}>
            {harmless(option)}
          </option>
        ))}
      </select>
    </div>
  );
}

function ClientTable({ clients }: { clients: readonly ClientState[] }): VNode {
  return (
    <div class="table-wrap">
      <table class="client-table">
        <thead>
          <tr>
            <th scope="col">Client</th>
            <th scope="col">Regions</th>
            <th scope="col" class="low">
              Home, domain
            </th>
            <th scope="col" class="num">
              Follows
            </th>
            <th scope="col" class="num low">
              Last seen
            </th>
          </tr>
        </thead>
        <tbody>
          {clients.map((client) => (
            <ClientRow key={`${client.group}/${client.client}`} client={client} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ClientRow({ client }: { client: ClientState }): VNode {
  const wrong = complaint(client);
  return (
    <tr>
      <th scope="row">
        <Name of={client.client} mono />
        <div class="tiny quiet">
          <Name of={client.group} />
          {wrong === null ? null : <span class="tone-bad"> · {harmless(wrong)}</span>}
        </div>
      </th>
      <td>
        <span class="verdicts">
          {client.regions.map((r) => (
            <Verdict key={r.region} of={r} />
          ))}
        </span>
      </td>
      <td class="low">
        <Name of={`${client.home}, ${client.domain}`} />
      </td>
      <td class={`num ${client.straggler ? 'tone-watch' : ''}`}>
        {client.applied === null ? 'nothing' : client.applied.join('.')}
      </td>
      <td class="num low">{ago(client.lastSeenMs, now.value)}</td>
    </tr>
  );
}

function Verdict({ of }: { of: ClientState['regions'][number] }): VNode {
  const title = `${harmless(of.region)}: ${of.verdict}; ${of.ready} of ${of.connections} connections ready, ${of.failed} failed and ${of.answered} answered`;
  return (
    <span class="nowrap" title={title}>
      <ToneMark tone={verdictTone[of.verdict]} />{' '}
      <span class="region-name">{harmless(of.region)}</span>
    </span>
  );
}

function Pager(props: {
  page: Page<ClientState>;
  turned: number;
  onTurn: (next: string | null) => void;
}): VNode {
  const { page } = props;
  const from = props.turned * pageSize;
  return (
    <div class="pager">
      <span class="quiet">
        {page.items.length === 0 ? 0 : from + 1}–{from + page.items.length} of{' '}
        {page.total.toLocaleString('en')}
      </span>
      <span class="actions">
        <button
          type="button"
          class="button tight"
          disabled={props.turned === 0}
          onClick={() => props.onTurn(null)}
        >
          Previous
        </button>
        <button
          type="button"
          class="button tight"
          disabled={page.next === null}
          onClick={() => props.onTurn(page.next)}
        >
          Next
        </button>
      </span>
    </div>
  );
}
