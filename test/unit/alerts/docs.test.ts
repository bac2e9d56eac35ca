import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readAlertsFile } from '../../../alerts/config/parse.ts';
import { signalNames, signals } from '../../../alerts/rule.ts';
import { shippedRules } from '../../../alerts/rules/shipped.ts';
import { allAlerts } from '../../../grafana/prometheus/rules.ts';

const manual = readFileSync('docs/alerts.md', 'utf8');
const index = readFileSync('docs/runbooks/README.md', 'utf8');
const pages = readdirSync('docs/runbooks').filter((name) => name !== 'README.md');

function pageOf(rule: string): string {
  return `${rule.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.md`;
}

/** Fenced blocks of one language, without the indentation of a list around them. */
function blocksOf(text: string, language: string): readonly string[] {
  const fence = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
  return [...text.matchAll(fence)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

describe.each(shippedRules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  test('has a runbook, and points at it', () => {
    expect(pages).toContain(pageOf(name));
    expect(rule.runbook).toBe(`docs/runbooks/${pageOf(name)}`);
    const page = readFileSync(rule.runbook, 'utf8');
    expect(page.split('\n')[0]).toBe(`# ${name}`);
    expect(page).toContain(`**Severity:** ${rule.severity}`);
  });

  test('has a row in the manual and in the index of runbooks, with its severity', () => {
    const row = manual
      .split('\n')
      .find((line) => line.startsWith(`| \`${name}\` | `) && line.includes('runbooks/'));
    expect(row).toContain(`](runbooks/${pageOf(name)})`);
    expect(row).toContain(`| ${rule.severity}`);
    expect(index).toContain(`| [${name}](${pageOf(name)}) | ${rule.severity}`);
  });
});

test('every runbook is of a rule, and all have the same headings', () => {
  const shipped = shippedRules.map(({ name }) => pageOf(name));
  const ofPrometheus = allAlerts.map(({ runbook }) => runbook.replace('docs/runbooks/', ''));
  expect(pages.toSorted()).toEqual([...new Set([...shipped, ...ofPrometheus])].sort());
  for (const page of pages) expect(index, page).toContain(`](${page}) | `);
  for (const page of pages) {
    const text = readFileSync(`docs/runbooks/${page}`, 'utf8');
    expect(text.match(/^## .*/gm), page).toEqual([
      '## What it means',
      '## What has already been done',
      '## Check',
      '## Act',
      '## Silence',
      '## How it ends',
    ]);
  }
});

test('links between runbooks lead somewhere', () => {
  for (const page of [...pages, 'README.md']) {
    const text = readFileSync(`docs/runbooks/${page}`, 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+\.md)\)/g)) {
      expect(pages, `${page} → ${target}`).toContain(target);
    }
  }
});

test('every signal is in the manual with its labels', () => {
  for (const name of signalNames) {
    const labels = signals[name].labels.join(', ') || '–';
    expect(manual).toContain(`| \`${name}\` | ${labels} | `);
  }
});

test('each of the 42 scenarios is shown where the table says', () => {
  const [, table = ''] = readFileSync('docs/scenarios.md', 'utf8').split('\n## Alerting\n');
  const rows = [...table.matchAll(/^\| (\d+) \| .* \| `(test\/[^`]+)`.*$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 42 }, (_, i) => i + 1),
  );
  for (const [, number, file = ''] of rows) {
    expect(readFileSync(file, 'utf8'), `${file} has scenario ${number}`).toMatch(
      new RegExp(`scenario ${number}:`),
    );
  }
});

test('every alerts file in the manual parses, without a warning', () => {
  const blocks = blocksOf(manual, 'yaml');
  expect(blocks.length).toBeGreaterThanOrEqual(4);
  for (const block of blocks) {
    const { warnings } = readAlertsFile('alerts.yaml', block);
    expect(warnings.filter((line) => !line.includes('nobody is told'))).toEqual([]);
  }
});
