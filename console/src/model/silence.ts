// Which alerts a silence would mute, before it is created: the preview is what keeps "silence this
// one" from becoming "silence everything". The server decides with RE2; what the browser's engine
// cannot read is said, not guessed.

import type { AlertView } from '@regionpilot/api/contract';
import type { Labels, Matcher } from '@regionpilot/protocol';

export type Preview =
  | { readonly kind: 'mutes'; readonly alerts: readonly AlertView[] }
  | { readonly kind: 'unreadable'; readonly matcher: string };

/** Alerts all matchers match. A matcher sees the labels and the virtual label `severity`. */
export function silencePreview(
  matchers: readonly Matcher[],
  alerts: readonly AlertView[],
): Preview {
  const bad = matchers.find((matcher) => !readable(matcher));
  if (bad !== undefined) return { kind: 'unreadable', matcher: bad.value };
  return {
    kind: 'mutes',
    alerts: alerts.filter((alert) =>
      matchers.every((m) => matches(m, { ...alert.labels, severity: alert.severity })),
    ),
  };
}

function readable(matcher: Matcher): boolean {
  if (matcher.op === '=' || matcher.op === '!=') return true;
  try {
    new RegExp(matcher.value, 'u');
    return true;
  } catch {
    return false;
  }
}

function matches({ label, op, value }: Matcher, labels: Labels): boolean {
  const actual = labels[label] ?? '';
  switch (op) {
    case '=':
      return actual === value;
    case '!=':
      return actual !== value;
    case '=~':
      return new RegExp(`^(?:${value})$`, 'u').test(actual);
    case '!~':
      return !new RegExp(`^(?:${value})$`, 'u').test(actual);
  }
}

/** Matchers that name exactly one alert. */
export function matchersOf(labels: Labels): readonly Matcher[] {
  return Object.entries(labels).map(([label, value]) => ({ label, op: '=', value }));
}
