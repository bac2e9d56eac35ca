// How the machinery itself is doing: the log, who decides, who folds, who is told, who listens.

import type { PipelineState } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { fleet } from '../io/store.ts';
import { count, duration } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { ToneMark } from '../parts/marks.tsx';
import { Empty, Name, PageHead, Skeleton } from '../parts/text.tsx';
import { Tile } from './incident.tsx';

/** Beyond these a folder is worth a look: ms behind the log, records waiting. */
const delayWatchMs = 500;
const lagWatchRecords = 5_000;

export function PipelinePage(): VNode {
  const { pipeline } = fleet.value;
  return (
    <>
      <PageHead
        title="Pipeline"
        sub="From agents to decisions to people: is the machinery itself well?"
      />
      {pipeline === null ? <Skeleton lines={6} /> : <Parts pipeline={pipeline} />}
    </>
  );
}

function Parts({ pipeline }: { pipeline: PipelineState }): VNode {
  const rows = pipeline.folders.reduce((sum, f) => sum + f.rowsPerSecond, 0);
  const delay = Math.max(0, ...pipeline.folders.map((f) => f.delayMs));
  const lost = pipeline.folders.reduce((sum, f) => sum + f.gaps, 0);
  return (
    <>
      <dl class="tiles">
        <Tile
          name="Event log"
          value={pipeline.bus.ok ? titles[pipeline.bus.kind] : 'In trouble'}
          note={harmless(pipeline.bus.text)}
        />
        <Tile
          name="Rows folded per second"
          value={count(rows)}
          note={`${pipeline.folders.length} partitions`}
        />
        <Tile name="Largest delay" value={duration(delay)} note="behind the log’s clock" />
        <Tile name="Lost without a word" value={count(lost)} note="gaps in what clients sent" />
        <Tile
          name="Listeners"
          value={`${pipeline.followers.live} + ${pipeline.followers.relay}`}
          note="consoles + relay clients here"
        />
      </dl>
      <Deciders pipeline={pipeline} />
      <Folders pipeline={pipeline} />
      <Receivers pipeline={pipeline} />
    </>
  );
}

const titles = { kafka: 'Kafka', embedded: 'Embedded' } as const;

function Deciders({ pipeline }: { pipeline: PipelineState }): VNode {
  return (
    <section class="card" aria-label="Deciders">
      <header>
        <h2>Who decides</h2>
      </header>
      {pipeline.deciders.length === 0 ? (
        <Empty title="Nobody decides">No instance owns a partition of partials yet.</Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by key.
        <section class="table-wrap" tabIndex={0} aria-label="Partitions of partials">
          <table>
            <thead>
              <tr>
                <th scope="col">Partition</th>
                <th scope="col">Instance</th>
                <th scope="col" class="num">
                  Heartbeat
                </th>
                <th scope="col" class="num">
                  Groups
                </th>
              </tr>
            </thead>
            <tbody>
              {pipeline.deciders.map((d) => (
                <tr key={d.partition}>
                  <th scope="row">
                    <ToneMark tone={d.stale ? 'bad' : 'calm'} /> {d.partition}
                  </th>
                  <td>
                    <Name of={d.owner} />
                  </td>
                  <td class={`num ${d.stale ? 'tone-bad' : ''}`}>
                    {duration(d.heartbeatAgeMs)} ago
                  </td>
                  <td class="num">{d.groups}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

type Folder = PipelineState['folders'][number];

/** Counts a folder keeps, and which of them are bad news when they are not zero. */
const columns: readonly {
  readonly name: string;
  readonly of: (f: Folder) => number;
  readonly bad: boolean;
}[] = [
  { name: 'Rows/s', of: (f) => f.rowsPerSecond, bad: false },
  { name: 'Duplicates', of: (f) => f.duplicates, bad: false },
  { name: 'Late', of: (f) => f.late, bad: false },
  { name: 'Clamped', of: (f) => f.clamped, bad: false },
  { name: 'Rejected', of: (f) => f.rejected, bad: true },
  { name: 'Dropped', of: (f) => f.declaredDrops, bad: true },
  { name: 'Gaps', of: (f) => f.gaps, bad: true },
];

function Folders({ pipeline }: { pipeline: PipelineState }): VNode {
  return (
    <section class="card" aria-label="Folders">
      <header>
        <h2>What is folded</h2>
        <span class="end tiny quiet">per partition of events</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by key. */}
      <section class="table-wrap" tabIndex={0} aria-label="Partitions of events">
        <table>
          <thead>
            <tr>
              <th scope="col">Partition</th>
              <th scope="col">Instance</th>
              <th scope="col" class="num">
                Lag
              </th>
              <th scope="col" class="num">
                Delay
              </th>
              {columns.map(({ name }) => (
                <th scope="col" class="num" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {pipeline.folders.map((f) => (
              <FolderRow key={f.partition} f={f} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function FolderRow({ f }: { f: Folder }): VNode {
  const slow = f.delayMs > delayWatchMs;
  const behind = f.lagRecords > lagWatchRecords;
  return (
    <tr>
      <th scope="row">
        <ToneMark tone={!f.warm ? 'unknown' : slow || behind ? 'watch' : 'calm'} /> {f.partition}
      </th>
      <td>
        <Name of={f.owner} />
        {f.warm ? null : <span class="tiny quiet"> warming up</span>}
      </td>
      <td class={`num ${behind ? 'tone-watch' : ''}`}>{count(f.lagRecords)}</td>
      <td class={`num ${slow ? 'tone-watch' : ''}`}>{duration(f.delayMs)}</td>
      {columns.map(({ name, of, bad }) => (
        <td key={name} class={`num ${of(f) === 0 ? 'quiet' : bad ? 'tone-watch' : ''}`}>
          {count(of(f))}
        </td>
      ))}
    </tr>
  );
}

function Receivers({ pipeline }: { pipeline: PipelineState }): VNode {
  return (
    <section class="card" aria-label="Receivers">
      <header>
        <h2>Who is told</h2>
      </header>
      {pipeline.receivers.length === 0 ? (
        <Empty title="No receiver is configured">Alerts show here, but nobody is told.</Empty>
      ) : (
        <ul class="list">
          {pipeline.receivers.map((r) => (
            <li class="row" key={r.receiver}>
              <ToneMark tone={r.failed > 0 ? 'watch' : 'calm'} />
              <span class="row-title">{harmless(r.receiver)}</span>
              <span class="row-end">
                {count(r.delivered)} delivered · {count(r.waiting)} waiting · {count(r.failed)}{' '}
                failed
              </span>
              {r.lastError === null ? null : <span class="row-sub">{harmless(r.lastError)}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
