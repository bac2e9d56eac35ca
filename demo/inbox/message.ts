// What a receiver is told, whichever it is: PagerDuty's three verbs, and changes that open nothing.

/** PagerDuty's words for how urgent something is, most urgent first. */
export const urgencies = ['critical', 'error', 'warning', 'info'] as const;
export type Urgency = (typeof urgencies)[number];

export type ReceiverName = 'pagerduty' | 'webhook';

export type Message =
  | {
      readonly kind: 'trigger';
      readonly dedupKey: string;
      readonly title: string;
      readonly severity: Urgency;
    }
  | { readonly kind: 'acknowledge'; readonly dedupKey: string }
  | { readonly kind: 'resolve'; readonly dedupKey: string }
  | { readonly kind: 'change'; readonly title: string };

export function isUrgency(word: unknown): word is Urgency {
  return (urgencies as readonly unknown[]).includes(word);
}

/** Without the tag in front: the inbox has a column for it. */
export function headline(title: string): string {
  return title.replace(/^\[\w+\] /, '');
}

/** Positive: `a` is more urgent than `b`. */
export function moreUrgent(a: Urgency, b: Urgency): number {
  return urgencies.indexOf(b) - urgencies.indexOf(a);
}
