// The inbox of the person on call: what the receivers hold, one page per dedup key, by PagerDuty's
// rules. A trigger of an open key changes its page, one after a resolve opens a new page, and what
// matches no open page is taken and forgotten.

import { type Message, moreUrgent, type ReceiverName, type Urgency } from './message.ts';

export type Page = {
  readonly receiver: ReceiverName;
  readonly dedupKey: string;
  /** As last told. */
  readonly title: string;
  readonly severity: Urgency;
  /** The most urgent it ever was: that is what woke somebody. */
  readonly worst: Urgency;
  readonly state: 'open' | 'acknowledged' | 'resolved';
  /** When it came, ms since 1970. */
  readonly sentMs: number;
  /** ms since 1970; null while it is open. */
  readonly resolvedMs: number | null;
};

export type Change = {
  readonly receiver: ReceiverName;
  readonly title: string;
  readonly sentMs: number;
};

/** What a message changed, for those who watch. */
export type Mail =
  | {
      /** `changed`: more or less urgent now; `reworded`: only told otherwise. */
      readonly kind: 'opened' | 'changed' | 'reworded' | 'acknowledged' | 'resolved';
      readonly page: Page;
    }
  | { readonly kind: 'change'; readonly change: Change };

/** A demo left running over the weekend must not grow. */
const most = 1_000;

export class Inbox {
  /** By receiver and key; the latest of each is the one that may be open. */
  readonly #pages: Page[] = [];
  readonly #changes: Change[] = [];

  get pages(): readonly Page[] {
    return this.#pages;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** null: nothing changed. */
  take(receiver: ReceiverName, message: Message, atMs: number): Mail | null {
    if (message.kind === 'change') {
      const change = { receiver, title: message.title, sentMs: atMs };
      keep(this.#changes, change);
      return { kind: 'change', change };
    }
    const at = this.#pages.findLastIndex(
      (page) => page.receiver === receiver && page.dedupKey === message.dedupKey,
    );
    const known = this.#pages[at];
    const mail = received(known, message, receiver, atMs);
    if (mail?.kind === 'opened') keep(this.#pages, mail.page);
    else if (mail !== null) this.#pages[at] = mail.page;
    return mail;
  }
}

type PageMail = Extract<Mail, { readonly page: Page }>;

function received(
  known: Page | undefined,
  message: Exclude<Message, { readonly kind: 'change' }>,
  receiver: ReceiverName,
  atMs: number,
): PageMail | null {
  const open = known === undefined || known.state === 'resolved' ? null : known;
  switch (message.kind) {
    case 'trigger': {
      const { dedupKey, title, severity } = message;
      return open === null
        ? { kind: 'opened', page: newPage(receiver, dedupKey, title, severity, atMs) }
        : retold(open, title, severity);
    }
    case 'acknowledge':
      if (open?.state !== 'open') return null;
      return { kind: 'acknowledged', page: { ...open, state: 'acknowledged' } };
    case 'resolve':
      if (open === null) return null;
      return { kind: 'resolved', page: { ...open, state: 'resolved', resolvedMs: atMs } };
  }
}

function newPage(
  receiver: ReceiverName,
  dedupKey: string,
  title: string,
  severity: Urgency,
  sentMs: number,
): Page {
  const told = { receiver, dedupKey, title, severity, worst: severity };
  return { ...told, state: 'open', sentMs, resolvedMs: null };
}

function retold(open: Page, title: string, severity: Urgency): PageMail | null {
  if (open.title === title && open.severity === severity) return null;
  const worst = moreUrgent(severity, open.worst) > 0 ? severity : open.worst;
  const kind = open.severity === severity ? 'reworded' : 'changed';
  return { kind, page: { ...open, title, severity, worst } };
}

function keep<Item>(list: Item[], item: Item): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}
