// Templates of people are tried before they are used: they must parse, know their filters, and not
// ask for files. What they do with a notice is bounded where they are rendered.

import { Liquid } from 'liquidjs';
import { type Flaw, flaw } from './flaw.ts';

const engine = new Liquid({ strictFilters: true, parseLimit: 20_000, relativeReference: false });
const fileTags = /\{%-?\s*(include|render|layout|block)\b/;

export function templateFlaws(path: string, template: string): readonly Flaw[] {
  const tag = fileTags.exec(template)?.[1];
  if (tag !== undefined) return [flaw(path, tag, 'a template without other files')];
  try {
    engine.parse(template);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
    return [flaw(path, template, `a Liquid template (${reason})`)];
  }
}
