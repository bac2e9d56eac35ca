// Webhooks as PagerDuty v3 sends them when somebody does something with an incident.

import { createHmac } from 'node:crypto';

export type WebhookStory = {
  readonly id?: string;
  readonly type: string;
  /** `incident_key`; null: the incident was made by hand. */
  readonly dedupKey: string | null;
  /** ISO 8601. */
  readonly occurredAt: string;
  /** Whoever did it; null: nobody, for example a timeout. */
  readonly by?: string | null;
  readonly byType?: string;
  readonly status?: string;
};

/** The body of a webhook: what an incident's event has, with the fields we do not read. */
export function webhookBody(story: WebhookStory): string {
  const { by = 'Ada Lovelace', byType = 'user_reference' } = story;
  const agent =
    by === null
      ? null
      : {
          html_url: 'https://acme.pagerduty.example/users/PLH1HKV',
          id: 'PLH1HKV',
          self: 'https://api.pagerduty.example/users/PLH1HKV',
          summary: by,
          type: byType,
        };
  return JSON.stringify({
    event: {
      id: story.id ?? '5ac64822-4adc-4fda-ade0-410becf0de4f',
      event_type: story.type,
      resource_type: 'incident',
      occurred_at: story.occurredAt,
      agent,
      client: null,
      data: {
        id: 'PGR0VU2',
        type: 'incident',
        html_url: 'https://acme.pagerduty.example/incidents/PGR0VU2',
        number: 2,
        status: story.status ?? 'triggered',
        incident_key: story.dedupKey,
        created_at: story.occurredAt,
        title: 'eu-west is down',
        service: { id: 'PF9KMXH', summary: 'payments', type: 'service_reference' },
        assignees: [],
        urgency: 'high',
        resolve_reason: null,
      },
    },
  });
}

/** The value of `X-PagerDuty-Signature`: one signature per secret. */
export function signatureHeader(body: string, ...secrets: readonly string[]): string {
  const sign = (secret: string): string => createHmac('sha256', secret).update(body).digest('hex');
  return secrets.map((secret) => `v1=${sign(secret)}`).join(',');
}
