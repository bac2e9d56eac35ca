// One alert: what it says, why it fires, who was told and how that ended.

import type { AlertView, NoticeView } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { useResource } from '../io/resource.ts';
import { fleet, session } from '../io/store.ts';
import { clock, duration, spaced, stamp } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { whyNot, whyNotAck } from '../model/orders.ts';
import { pathOf } from '../model/route.ts';
import { matchersOf } from '../model/silence.ts';
import type { Tone } from '../model/situation.ts';
import { AckDialog } from '../parts/ack-dialog.tsx';
import { alertCare, alertTone } from '../parts/lists.tsx';
import { ToneMark } from '../parts/marks.tsx';
import { ResourceCard } from '../parts/resource-card.tsx';
import { SilenceDialog } from '../parts/silence-dialog.tsx';
import { Empty, GuardedButton, PageHead } from '../parts/text.tsx';

export function AlertPage({ fingerprint }: { fingerprint: string }): VNode {
  const live = fleet.value.alerts.find((alert) => alert.fingerprint === fingerprint);
  const path = `/api/v1/alerts/${encodeURIComponent(fingerprint)}`;
  const [resource, retry] = useResource<AlertView>(path);
  if (live !== undefined) return <Details alert={live} />;
  return (
    <ResourceCard label="Alert" resource={resource} retry={retry}>
      {(alert) => <Details alert={alert} />}
    </ResourceCard>
  );
}

function Details({ alert }: { alert: AlertView }): VNode {
  return (
    <>
      <Head alert={alert} />
      <div class="split">
        <section class="card split-main" aria-label="Who was told">
          <header>
            <h2>Who was told</h2>
          </header>
          {alert.notices.length === 0 ? (
            <Empty title="Nobody was told yet" />
          ) : (
            <Notices notices={alert.notices} />
          )}
        </section>
        <section class="card split-side" aria-label="About it">
          <header>
            <h2>About it</h2>
          </header>
          <div class="card-body stack">
            <p class="small">{harmless(alert.description)}</p>
            <dl class="facts">
              <dt>Why</dt>
              <dd>{harmless(alert.why)}</dd>
              <dt>Since</dt>
              <dd>{stamp(alert.startsMs)}</dd>
              {Object.entries(alert.labels).map(([name, value]) => (
                <Label key={name} name={name} value={value} />
              ))}
              {Object.entries(alert.annotations)
                .filter(([, value]) => !isAddress(value))
                .map(([name, value]) => (
                  <Label key={name} name={name} value={value} />
                ))}
            </dl>
            <Links alert={alert} />
          </div>
        </section>
      </div>
    </>
  );
}

function Head({ alert }: { alert: AlertView }): VNode {
  const [doing, setDoing] = useState<'ack' | 'silence' | null>(null);
  const barred = whyNot(session.value, 'operator');
  const close = (): void => setDoing(null);
  return (
    <>
      <PageHead
        title={
          <>
            <ToneMark tone={alertTone(alert)} /> {harmless(alert.summary)}
          </>
        }
        sub={`${alert.severity}, ${spaced(alert.state)} for ${duration((alert.endsMs ?? now.value) - alert.startsMs)} · ${alertCare(alert)}`}
        actions={
          <>
            <GuardedButton label="Silence…" whyNot={barred} onPress={() => setDoing('silence')} />
            <GuardedButton
              label={alert.ackedBy === null ? 'Take it…' : 'Give back…'}
              tone="primary"
              whyNot={whyNotAck(session.value, alert)}
              onPress={() => setDoing('ack')}
            />
          </>
        }
      />
      {doing === 'ack' ? <AckDialog alert={alert} onClose={close} /> : null}
      {doing === 'silence' ? (
        <SilenceDialog matchers={matchersOf(alert.labels)} onClose={close} />
      ) : null}
    </>
  );
}

function Label({ name, value }: { name: string; value: string }): VNode {
  const href = name === 'group' ? pathOf({ kind: 'group', group: value }) : null;
  return (
    <>
      <dt>{harmless(name)}</dt>
      <dd>
        {href === null ? (
          harmless(value)
        ) : (
          <a class="link" href={href}>
            {harmless(value)}
          </a>
        )}
      </dd>
    </>
  );
}

const isAddress = (value: string): boolean => /^https?:\/\//.test(value);

/** Runbook, dashboard and what else is a web address; anything else is not made a link. */
function Links({ alert }: { alert: AlertView }): VNode {
  const links = Object.entries(alert.annotations).filter(([, url]) => isAddress(url));
  return (
    <div class="actions">
      {links.map(([name, url]) => (
        <a key={name} class="button" href={url} target="_blank" rel="noreferrer">
          {harmless(spaced(name))}
        </a>
      ))}
    </div>
  );
}

const outcomes: Readonly<Record<NoticeView['outcome'], readonly [Tone, string]>> = {
  waiting: ['unknown', 'on its way'],
  delivered: ['calm', 'delivered'],
  superseded: ['unknown', 'superseded by a newer one'],
  deadLettered: ['bad', 'given up'],
};

function Notices({ notices }: { notices: readonly NoticeView[] }): VNode {
  return (
    <ul class="list">
      {notices.map((notice) => {
        const [tone, words] = outcomes[notice.outcome];
        return (
          <li class="row" key={`${notice.receiver}${notice.dedupKey}${notice.atMs}`}>
            <ToneMark tone={tone} />
            <span class="row-title">
              {harmless(notice.receiver)}: {harmless(spaced(notice.action))}, {words}
            </span>
            <span class="row-end">{clock(notice.atMs)}</span>
            <span class="row-sub">
              {harmless(spaced(notice.reason))} · {notice.attempts}{' '}
              {notice.attempts === 1 ? 'attempt' : 'attempts'} · key{' '}
              <code>{harmless(notice.dedupKey)}</code>
              {notice.error === null ? null : (
                <span class="tone-bad"> · {harmless(notice.error)}</span>
              )}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
