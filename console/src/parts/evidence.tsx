// The evidence behind a transition, a decision or a refusal: votes against the quorum, which rule
// saw it, domains, windows, error classes; what else was considered and why it was not chosen.

import type { TimelineEntry } from '@regionpilot/api/contract';
import type { RegionEvidence } from '@regionpilot/protocol';
import type { VNode } from 'preact';
import { entryEvidence } from '../model/entry.ts';
import { count, latency, ratio, titled } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { pathOf } from '../model/route.ts';
import { Meter } from './figures.tsx';
import { HealthWord } from './marks.tsx';
import { Name } from './text.tsx';

export function Evidence({ entry }: { entry: TimelineEntry }): VNode {
  const found = entryEvidence(entry);
  const link = pathOf({ kind: 'entry', group: entry.group, id: entry.id });
  return (
    <div class="evidence">
      {found.facts.length === 0 ? null : (
        <dl class="facts">
          {found.facts.map(([name, value]) => (
            <Fact key={name} name={name} value={value} />
          ))}
        </dl>
      )}
      {found.evidence.map((e) => (
        <RegionBars key={`${e.region}/${e.home}`} e={e} group={entry.group} />
      ))}
      {found.rejected.length === 0 ? null : (
        <div>
          <div class="evidence-title">Considered and not chosen</div>
          <dl class="facts">
            {found.rejected.map((r) => (
              <Fact key={r.region} name={r.region} value={r.why} />
            ))}
          </dl>
        </div>
      )}
      {entry.details.length === 0 ? null : (
        <ul class="small soft">
          {entry.details.map((detail) => (
            <li key={detail}>{harmless(detail)}</li>
          ))}
        </ul>
      )}
      <p class="tiny quiet">
        {harmless(entry.owner)}, term {entry.term} · record <code>{harmless(entry.id)}</code> ·{' '}
        <a class="link" href={link}>
          Link to this entry
        </a>{' '}
        ·{' '}
        <a class="link" href={pathOf({ kind: 'moment', group: entry.group, atMs: entry.atMs })}>
          The group at this moment
        </a>
      </p>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }): VNode {
  return (
    <>
      <dt>{harmless(name)}</dt>
      <dd>{harmless(value)}</dd>
    </>
  );
}

function RegionBars({ e, group }: { e: RegionEvidence; group: string }): VNode {
  return (
    <div class="evidence-grid">
      <div>
        <div class="evidence-title">
          {harmless(e.region)}
          {e.home === '*' ? '' : ` seen from ${harmless(e.home)}`} <HealthWord health={e.health} />
        </div>
        <Votes e={e} />
      </div>
      <div>
        <div class="evidence-title">Seen by which rule</div>
        {(['connectivity', 'stall', 'errorRatio'] as const).map((rule) => (
          <Meter
            key={rule}
            name={titled(rule)}
            value={e.votersByRule[rule]}
            of={e.liveClients}
            text={count(e.votersByRule[rule])}
            tone={rule === e.rule ? 'bad' : 'unknown'}
          />
        ))}
        <span class="tiny quiet">Oldest command without an answer: {latency(e.stalledMaxMs)}</span>
      </div>
      <div>
        <div class="evidence-title">Failed, of all answers</div>
        <WindowMeter name="Short window" of={e.short} />
        <WindowMeter name="Long window" of={e.long} />
        <span class="tiny quiet">At least {ratio(e.wilsonLow)} with 95 % confidence</span>
      </div>
      <ErrorClasses errors={e.errors} />
      {e.sampleVoters.length === 0 ? null : (
        <div>
          <div class="evidence-title">Some of the voters</div>
          <ClientTags names={e.sampleVoters} group={group} />
        </div>
      )}
    </div>
  );
}

function Votes({ e }: { e: RegionEvidence }): VNode {
  const enough = e.voters >= e.quorum && e.quorum > 0;
  const domains = e.domains.length;
  return (
    <>
      <Meter
        name="Votes “down”"
        value={e.voters}
        of={e.liveClients}
        mark={e.quorum}
        text={`${count(e.voters)} of ${count(e.liveClients)}`}
        tone={enough ? 'bad' : 'unknown'}
      />
      <Meter
        name="Domains"
        value={domains}
        of={Math.max(domains, e.domainsWanted)}
        text={`${domains}, ${e.domainsWanted} wanted`}
        tone={domains >= e.domainsWanted ? 'bad' : 'unknown'}
      />
      <span class="tiny quiet">
        Quorum {count(e.quorum)}: {enough ? 'reached' : 'not reached'}
        {e.setAside > 0 ? ` · ${e.setAside} set aside` : ''}
      </span>
    </>
  );
}

function WindowMeter({
  name,
  of: [answered, failed],
}: {
  name: string;
  of: readonly [number, number];
}): VNode {
  const share = answered + failed === 0 ? null : failed / (answered + failed);
  return (
    <Meter
      name={name}
      value={failed}
      of={answered + failed}
      text={ratio(share)}
      tone={(share ?? 0) >= 0.5 ? 'bad' : 'watch'}
    />
  );
}

export function ErrorClasses({
  errors,
}: {
  errors: Readonly<Record<string, number>>;
}): VNode | null {
  const classes = Object.entries(errors)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6);
  if (classes.length === 0) return null;
  const most = classes[0]?.[1] ?? 1;
  return (
    <div>
      <div class="evidence-title">Errors by class</div>
      {classes.map(([name, n]) => (
        <Meter key={name} name={harmless(name)} value={n} of={most} text={count(n)} tone="bad" />
      ))}
    </div>
  );
}

/** Clients by name, each a link to its page. */
export function ClientTags({ names, group }: { names: readonly string[]; group: string }): VNode {
  return (
    <div class="tags">
      {names.map((name) => (
        <a
          key={name}
          class="chip"
          href={pathOf({
            kind: 'clients',
            query: new URLSearchParams({ group, q: name }).toString(),
          })}
        >
          <Name of={name} mono />
        </a>
      ))}
    </div>
  );
}
