// Liquid over `notice`. A template writes plain text, and each receiver escapes the whole of it: so
// neither a label nor a template can bring markup into a message. A template that fails costs its
// own wording, never the page: the shipped one takes its place and says so.

import type { Notice } from '@regionpilot/protocol';
import { Liquid, type Template } from 'liquidjs';
import { defaultBody, defaultTitle } from './default-templates.ts';
import { clean, clip, oneLine } from './text.ts';
import { type NoticeView, viewOf } from './view.ts';

/** Title and body as plain text. */
export type Texts = {
  /** One line, 1 to 1,024 code points. */
  readonly title: string;
  /** At most 8,000 code points. */
  readonly body: string;
  /** Why a configured template was not used; null: it was. */
  readonly note: string | null;
};

const maxTitle = 1_024;
const maxBody = 8_000;

// `templates` replaces the file system. The limits are for templates of people; ours have no loops
// that grow, and a busy machine must not cost them their words.
const engine: Liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  dynamicPartials: false,
  relativeReference: false,
  templates: {},
  timezoneOffset: 0,
  parseLimit: 100_000,
});
const limits = { renderLimit: 100, memoryLimit: 1_000_000 };

const parsed = new Map<string, readonly Template[]>();
const maxParsed = 1_000;

/** What a notice says by the receiver's templates, or the shipped ones. */
export function textsOf(
  notice: Notice,
  templates: { readonly title: string | null; readonly body: string | null },
): Texts {
  const view = viewOf(notice);
  const title = fill(templates.title, defaultTitle, view);
  const body = fill(templates.body, defaultBody, view);
  const note = notesOf({ title: title.problem, body: body.problem });
  return {
    title: clip(oneLine(title.text) || view.headline, maxTitle),
    body: clip([clean(body.text).trim(), note].filter(Boolean).join('\n\n'), maxBody),
    note,
  };
}

type Filled = { readonly text: string; readonly problem: string | null };

function fill(template: string | null, shipped: string, view: NoticeView): Filled {
  if (template === null) return { text: render(shipped, view), problem: null };
  if ((overruns.get(template) ?? 0) >= maxOverruns) {
    return { text: render(shipped, view), problem: 'it ran into its limits too often' };
  }
  try {
    return { text: render(template, view, limits), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    if (problem.includes('limit exceeded')) {
      overruns.set(template, (overruns.get(template) ?? 0) + 1);
    }
    return { text: render(shipped, view), problem };
  }
}

// Ten thousand notices must not each wait for the same endless loop; once may have been bad luck.
const maxOverruns = 3;
const overruns = new Map<string, number>();

function render(
  template: string,
  notice: NoticeView,
  options: Partial<typeof limits> = {},
): string {
  return String(engine.renderSync([...parse(template)], { notice }, options));
}

/** Parsed once; a config has few templates, so the bound is only there to be one. */
function parse(template: string): readonly Template[] {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const fresh = engine.parse(template);
  if (parsed.size >= maxParsed) parsed.clear();
  parsed.set(template, fresh);
  return fresh;
}

function notesOf(problems: Readonly<Record<string, string | null>>): string | null {
  const failed = Object.entries(problems).filter(([, problem]) => problem !== null);
  const notes = failed.map(
    ([name, problem]) => `The ${name} template failed, the shipped one is used: ${problem}`,
  );
  return notes.length === 0 ? null : clip(oneLine(notes.join(' ')), 300);
}
