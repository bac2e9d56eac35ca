/**
 * A name of a group, region, home, domain, client or instance: starts with a letter or digit, then
 * letters, digits and `._:/@-`, at most 128 characters. No spaces, control characters or markup, so
 * a name is harmless in a log line, a page, a key and a terminal.
 */
export const namePattern = '^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$';

const nameExpression = new RegExp(namePattern);

export function isName(value: unknown): value is string {
  return typeof value === 'string' && nameExpression.test(value);
}
