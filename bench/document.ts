// docs/benchmarks.md: one section per bench, each replaced by the bench that owns it and by nobody
// else, so that a slow bench need not run again when a quick one did.

import type { BenchReport, BenchResult } from './result.ts';

const preface = `# Benchmarks

Written by \`npm run bench -- NAME\`; do not edit by hand (causes of missed goals are in
\`bench/causes.ts\`). Each section says on what machine and from which commit.
`;

export type Section = BenchReport & {
  /** What is measured, in a sentence or two. */
  readonly about: string;
  /** \`2026-11-21\`. */
  readonly date: string;
  readonly causes: Readonly<Record<string, string>>;
};

/** The document with this section new, and all others as they were. */
export function withSection(document: string, section: Section): string {
  const sections = new Map(
    [...document.matchAll(/<!-- bench (\S+) -->\n([\s\S]*?)<!-- end \1 -->/g)].map(
      ([, name = '', body = '']) => [name, body] as const,
    ),
  );
  sections.set(section.bench, bodyOf(section));
  const parts = [...sections]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, body]) => `<!-- bench ${name} -->\n${body}<!-- end ${name} -->\n`);
  return [preface, ...parts].join('\n');
}

function bodyOf({ bench, about, machine, commit, date, results, causes }: Section): string {
  const missed = results.filter(({ met }) => !met);
  const lines = [
    `## ${bench}`,
    '',
    about,
    '',
    `${machine}; commit ${commit}; ${date}.`,
    '',
    '| figure | measured | goal | met | against |',
    '|---|---|---|---|---|',
    ...results.map(rowOf),
    '',
    ...missed.map(
      ({ name }) => `*${name}* falls short: ${causes[name] ?? 'cause not yet known.'}\n`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf({ name, value, unit, goal, met, against }: BenchResult): string {
  const cells = [name, `${value} ${unit}`, goal, met ? 'yes' : '**no**', against];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
