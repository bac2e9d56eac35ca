// The shipped words of a notice: a title that can be read on a locked phone, and a body that answers
// what, since when, why, and where to go on.

/** For example `[page] eu-west is down (payments-cache) +2 more`. */
export const defaultTitle: string = [
  '[{{ notice.tag }}] {{ notice.headline }}',
  '{% if notice.about != "" %} ({{ notice.about }}){% endif %}',
  '{% if notice.more > 0 %} +{{ notice.more }} more{% endif %}',
].join('');

/** At most ten alerts in full; the rest is counted. */
export const defaultBody: string = `
{%- if notice.ackedBy %}Acknowledged by {{ notice.ackedBy }}.
{% endif %}
{%- for alert in notice.alerts limit: 10 %}
{%- unless forloop.first %}

{% endunless -%}
[{% if alert.state == "resolved" %}resolved{% else %}{{ alert.severity }}{% endif %}] {{ alert.summary }}
{%- if alert.description != "" %}
{{ alert.description }}
{%- endif %}
{%- if alert.why != "" %}
Why: {{ alert.why }}
{%- endif %}
{%- if alert.annotations.evidence %}
Evidence: {{ alert.annotations.evidence }}
{%- endif %}
Started: {{ alert.startsAt }}
{%- if alert.endsAt %}
Ended: {{ alert.endsAt }}
{%- endif %}
{%- if alert.annotations.runbook %}
Runbook: {{ alert.annotations.runbook }}
{%- endif %}
{%- if alert.annotations.dashboard %}
Dashboard: {{ alert.annotations.dashboard }}
{%- endif %}
{%- endfor %}
{%- assign shown = notice.alerts.size | at_most: 10 %}
{%- assign left = notice.alerts.size | minus: shown | plus: notice.truncatedAlerts %}
{%- if left > 0 %}

and {{ left }} more
{%- endif %}`;
