/**
 * Writes the file map of `docs/DESIGN.md`: each file with the first sentence it says of itself, so
 * that the map cannot drift from the files. A test compares.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const workspaces = ['protocol', 'bus', 'agent', 'aggregator', 'alerts', 'telemetry', 'cli', 'demo'];
const begin = '<!-- file map: npm run map -->';
const end = '<!-- end of file map -->';
export const designPage: string = join(root, 'docs/DESIGN.md');

/** The page with its map made anew. */
export function withFileMap(page: string): string {
  const [before = '', rest = ''] = page.split(begin);
  const after = rest.split(end)[1] ?? '';
  return `${before}${begin}\n\n${workspaces.flatMap(folderLines).join('\n')}\n\n${end}${after}`;
}

function folderLines(folder: string): readonly string[] {
  const names = readdirSync(join(root, folder))
    .filter((name) => name !== 'node_modules')
    .sort();
  const isFolder = (name: string): boolean => statSync(join(root, folder, name)).isDirectory();
  const files = names.filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  const rows = files.map((name) => `| \`${name}\` | ${firstSentence(join(root, folder, name))} |`);
  const table =
    rows.length === 0 ? [] : ['', `**${folder}/**`, '', '| file | |', '|---|---|', ...rows];
  return [...table, ...names.filter(isFolder).flatMap((name) => folderLines(`${folder}/${name}`))];
}

function firstSentence(path: string): string {
  const text = readFileSync(path, 'utf8').replace(/^#!.*\n/, '');
  const head = /^(?:\/\/[^\n]*\n)+|^\/\*\*[\s\S]*?\*\//.exec(text)?.[0] ?? firstExport(text);
  const words = head
    .replace(/^\s*(\/\/|\/\*\*|\*\/|\*)\s?/gm, '')
    .replace(/\*\/\s*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const sentence = /^.*?[.:](?= |$)/.exec(words)?.[0] ?? words;
  return sentence.replace(/:$/, '.').replaceAll('|', '\\|');
}

/** A file of one export may leave its introduction to that export's own documentation. */
function firstExport(text: string): string {
  return /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n(?=export)/.exec(text)?.[1] ?? '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(designPage, withFileMap(readFileSync(designPage, 'utf8')));
}
