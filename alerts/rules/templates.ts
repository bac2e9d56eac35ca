// Words for people, out of Liquid templates that other people wrote. A template is parsed once and
// is not trusted: it reaches no file, no function and no prototype, may loop only so long, and one
// that fails says so in place of its text, because an alert with poor words beats none.

import { Liquid, type Template } from 'liquidjs';
import { cut, duration, percent, thousands } from './words.ts';

/** Longest text a template may give, in code points. */
export const textMost = 2_000;
const templateMost = 20_000;
/** Nodes rendered per text: bounds loops the same way on a fast and on a slow machine. */
const nodesMost = 5_000;
/** Only a last resort against what counts as one node: a time would make replays differ. ms. */
const renderMost = 1_000;
const memoryMost = 1_000_000;

export type Parsed =
  | { readonly kind: 'parsed'; readonly nodes: readonly Template[]; readonly fixed: string | null }
  | { readonly kind: 'broken'; readonly problem: string };

/** What a template may look at: plain values. */
export type Scope = Readonly<Record<string, unknown>>;

const engine = createEngine();

function createEngine(): Liquid {
  const liquid = new Liquid({
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: false,
    parseLimit: templateMost,
    renderLimit: renderMost,
    memoryLimit: memoryMost,
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag];
  liquid.registerFilter('percent', (value: unknown) => numeric(value, percent));
  liquid.registerFilter('duration', (value: unknown) => numeric(value, duration));
  liquid.registerFilter('thousands', (value: unknown) => numeric(value, thousands));
  return liquid;
}

function numeric(value: unknown, say: (value: number) => string): string {
  return typeof value === 'number' && Number.isFinite(value) ? say(value) : '?';
}

export function parseTemplate(text: string): Parsed {
  try {
    const fixed = /\{[{%]/.test(text) ? null : cut(text, textMost);
    return { kind: 'parsed', nodes: fixed === null ? engine.parse(text) : [], fixed };
  } catch (error) {
    return { kind: 'broken', problem: problemText(error) };
  }
}

/** Never throws: what went wrong is in the text. */
export function renderTemplate(template: Parsed, scope: Scope): string {
  if (template.kind === 'broken') return `(template does not parse: ${template.problem})`;
  if (template.fixed !== null) return template.fixed;
  try {
    const text: unknown = engine.renderSync([...template.nodes], scope, {
      templateLimit: nodesMost,
      ownPropertyOnly: true,
    });
    return cut(String(text), textMost);
  } catch (error) {
    return `(template failed: ${problemText(error)})`;
  }
}

function problemText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return cut(text.replace(/\s+/g, ' '), 200);
}
