// Plain text into the languages that receivers read. Whole texts are escaped, never parts of them.

/**
 * Slack's mrkdwn: `&`, `<` and `>` are all that can start a mention or a link. Cut to `max` characters
 * as sent, never inside an escape.
 * https://docs.slack.dev/messaging/formatting-message-text/#escaping
 */
export function slackText(text: string, max: number): string {
  let out = '';
  for (const point of text) {
    const escaped = entities[point] ?? point;
    if (out.length + escaped.length > max - 1) return `${out}…`;
    out += escaped;
  }
  return out;
}

/** HTML text or a quoted attribute. */
export function htmlText(text: string): string {
  return text.replace(/[&<>"']/g, (point) => quoted[point] ?? point);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const quoted: Readonly<Record<string, string>> = { ...entities, '"': '&quot;', "'": '&#39;' };
