// Alerts: what fires, who has it, what is over.

import type { AlertView, Page } from '@regionpilot/api/contract';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { now } from '../io/clock.ts';
import { useResource } from '../io/resource.ts';
import { fleet, session } from '../io/store.ts';
import { liveAlerts } from '../model/fleet.ts';
import { duration } from '../model/format.ts';
import { harmless } from '../model/harmless.ts';
import { whyNotAck } from '../model/orders.ts';
import { pathOf } from '../model/route.ts';
import { AckDialog } from '../parts/ack-dialog.tsx';
import { AlertRow, alertCare, alertTone } from '../parts/lists.tsx';
import { ToneMark } from '../parts/marks.tsx';
import { Empty, GuardedButton, PageHead } from '../parts/text.tsx';

export function AlertsPage(): VNode {
  const [past] = useResource<Page<AlertView>>('/api/v1/alerts?state=resolved&limit=50', 15_000);
  const [acking, setAcking] = useState<AlertView | null>(null);
  const live = liveAlerts(fleet.value);
  const over = past.kind === 'there' ? past.value.items.filter((a) => a.state === 'resolved') : [];
  return (
    <>
      <PageHead title="Alerts" sub="What wants a person, most urgent first, and who was told." />
      <section class="card" aria-label="Live alerts">
        {live.length === 0 ? (
          <Empty title="Nothing fires">Alerts appear here the moment they do.</Empty>
        ) : (
          <Table alerts={live} onAck={setAcking} />
        )}
      </section>
      {over.length === 0 ? null : (
        <section class="card" aria-label="Resolved alerts">
          <header>
            <h2>Resolved</h2>
          </header>
          <ul class="list">
            {over.map((alert) => (
              <AlertRow key={alert.fingerprint} alert={alert} />
            ))}
          </ul>
        </section>
      )}
      {acking === null ? null : <AckDialog alert={acking} onClose={() => setAcking(null)} />}
    </>
  );
}

function Table({
  alerts,
  onAck,
}: {
  alerts: readonly AlertView[];
  onAck: (alert: AlertView) => void;
}): VNode {
  return (
    <div class="table-wrap">
      <table>
        <thead>
          <tr>
            <th scope="col">Alert</th>
            <th scope="col" class="low">
              Severity
            </th>
            <th scope="col" class="low">
              State
            </th>
            <th scope="col" class="num">
              For
            </th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {alerts.map((alert) => (
            <tr key={alert.fingerprint}>
              <th scope="row">
                <a
                  class="alert-name"
                  href={pathOf({ kind: 'alert', fingerprint: alert.fingerprint })}
                >
                  <ToneMark tone={alertTone(alert)} />
                  <span>
                    {harmless(alert.summary)}
                    <small>
                      {harmless(alert.labels['alertname'] ?? '')} · {alertCare(alert)}
                    </small>
                  </span>
                </a>
              </th>
              <td class="low">{alert.severity}</td>
              <td class="low">
                {alert.state}
                {alert.flapping ? ', flapping' : ''}
              </td>
              <td class="num">{duration(now.value - alert.startsMs)}</td>
              <td class="num">
                <GuardedButton
                  label={alert.ackedBy === null ? 'Take it…' : 'Give back…'}
                  tight
                  whyNot={whyNotAck(session.value, alert)}
                  onPress={() => onAck(alert)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
