// Text of a YAML or JSON file to plain values, remembering where each stood. One walk of our own
// instead of the library's `toJS`: it counts every node, aliases followed, so that a file of a few
// lines that unfolds into billions ends after a few thousand; and it looks for doubled keys in one
// pass, which the library does in a quadratic one.

import { nearest } from '@regionpilot/protocol';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLParseError,
  type YAMLWarning,
} from 'yaml';

/** 1 MB. The largest sensible file is a hundredth of it. */
export const maxFileBytes = 1_048_576;
const maxNodes = 20_000;
/** Words and signs. Counted first, since the parser spends a kilobyte on each and more on a wrong one. */
const maxPieces = 100_000;
const maxDepth = 24;
const mostFindings = 50;
/** Longer than anything that has a name. */
const maxName = 200;

export type Place = { readonly line: number; readonly column: number };

/** What is wrong where, before anybody looks at what it means. */
export type Finding = {
  readonly path: string;
  readonly place: Place | null;
  readonly message: string;
};

export type Document = {
  readonly value: unknown;
  readonly findings: readonly Finding[];
  /** Where a dotted path stands, or the nearest thing around it that is there. */
  readonly placeOf: (path: string) => Place | null;
};

type Walk = {
  readonly lines: LineCounter;
  readonly places: Map<string, Place>;
  readonly findings: Finding[];
  readonly anchors: Map<string, Node>;
  nodes: number;
};

/** Never throws: what cannot be read is a finding. */
export function readDocument(text: string): Document {
  // A byte is at least one UTF-16 unit of the text, so this bounds both.
  if (text.length > maxFileBytes) return unreadable(`larger than ${maxFileBytes} bytes`);
  if (hasTooMany(text)) return unreadable(`more than ${maxPieces} words and signs`);
  try {
    return walked(text);
  } catch (error) {
    // The parser recurses, and a file of nothing but brackets outlasts its stack.
    if (error instanceof RangeError) return unreadable('nested too deeply');
    throw error;
  }
}

function unreadable(message: string): Document {
  const place = { line: 1, column: 1 };
  return {
    value: undefined,
    findings: [{ path: '', place, message }],
    placeOf: () => place,
  };
}

function hasTooMany(text: string): boolean {
  const pieces = new Lexer().lex(text);
  for (let count = 0; count <= maxPieces; count++) {
    if (pieces.next().done === true) return false;
  }
  return true;
}

function walked(text: string): Document {
  const lines = new LineCounter();
  const options = { lineCounter: lines, uniqueKeys: false, prettyErrors: false, merge: false };
  const document = parseDocument(text, options);
  const findings = [...document.errors, ...document.warnings]
    .slice(0, mostFindings)
    .map((error) => ({
      path: '',
      place: placeAt(lines, error.pos[0]),
      message: `neither YAML nor JSON: ${reasonOf(error)}`,
    }));
  if (findings.length > 0) return { value: undefined, findings, placeOf: () => null };
  const places = new Map<string, Place>();
  const walk: Walk = { lines, places, findings: [], anchors: new Map(), nodes: 0 };
  const value = toValue(walk, document.contents, '', 0);
  const start = placeOfNode(lines, document.contents);
  return { value, findings: walk.findings, placeOf: (path) => nearestPlace(places, path) ?? start };
}

/** Reasons that never quote the text they stumbled over, which may be a secret. */
const plainReasons = [
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'MISSING_CHAR',
  'MULTILINE_IMPLICIT_KEY',
  'TAB_AS_INDENT',
];

function reasonOf({ code, message }: YAMLParseError | YAMLWarning): string {
  if (plainReasons.includes(code)) return message.split('\n', 1)[0] ?? '';
  return code.toLowerCase().replaceAll('_', ' ');
}

function toValue(walk: Walk, node: unknown, path: string, depth: number): unknown {
  walk.nodes += 1;
  if (depth > maxDepth) return complain(walk, node, path, `nested deeper than ${maxDepth} levels`);
  if (walk.nodes > maxNodes) {
    const message = `more than ${maxNodes} values, aliases counted as often as they are used`;
    return walk.nodes === maxNodes + 1 ? complain(walk, node, path, message) : undefined;
  }
  if (isAlias(node)) return aliased(walk, node, path, depth);
  if (isScalar(node) || isMap(node) || isSeq(node)) {
    if (node.tag?.startsWith('!') === true)
      return complain(walk, node, path, 'a tag is refused: plain values only');
    if (node.anchor !== undefined) walk.anchors.set(node.anchor, node);
  }
  if (isMap(node)) return mapped(walk, node.items, path, depth);
  if (isSeq(node)) return listed(walk, node.items, path, depth);
  return isScalar(node) ? scalar(walk, node, path) : null;
}

function scalar(walk: Walk, node: { readonly value: unknown }, path: string): unknown {
  const { value } = node;
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return complain(walk, node, path, `got ${value}, wanted a finite number`);
}

function mapped(
  walk: Walk,
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  path: string,
  depth: number,
): unknown {
  const entries = new Map<string, unknown>();
  for (const { key, value } of items) {
    const name = isScalar(key) ? String(key.value) : null;
    if (name === null) complain(walk, key, path, 'a name here must be plain text');
    else if (name.length > maxName)
      complain(walk, key, path, `a name of more than ${maxName} characters`);
    else if (entries.has(name)) complain(walk, key, join(path, name), 'written twice');
    else entries.set(name, inside(walk, key, value, join(path, name), depth));
  }
  return Object.fromEntries(entries);
}

function listed(walk: Walk, items: readonly unknown[], path: string, depth: number): unknown {
  return items.map((item, i) => inside(walk, item, item, join(path, `${i}`), depth));
}

/** `at`: what people look for, which is the name of a field rather than its value. */
function inside(walk: Walk, at: unknown, value: unknown, path: string, depth: number): unknown {
  const place = placeOfNode(walk.lines, at);
  if (place !== null && walk.nodes <= maxNodes) walk.places.set(path, place);
  return toValue(walk, value, path, depth + 1);
}

/** Names may hold dots, so only whole paths are looked up: the path's own, else the one around it. */
function nearestPlace(places: ReadonlyMap<string, Place>, path: string): Place | null {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1)) {
    const place = places.get(path.slice(0, end));
    if (place !== undefined) return place;
  }
  return null;
}

function aliased(
  walk: Walk,
  node: { readonly source: string },
  path: string,
  depth: number,
): unknown {
  const target = walk.anchors.get(node.source);
  if (target !== undefined) return toValue(walk, target, path, depth + 1);
  if (walk.findings.length >= mostFindings) return undefined;
  const near = nearest(node.source, [...walk.anchors.keys()].slice(0, 200));
  const hint = near === null ? '' : `; did you mean *${near}?`;
  return complain(walk, node, path, `no anchor &${node.source.slice(0, maxName)} before it${hint}`);
}

function complain(walk: Walk, node: unknown, path: string, message: string): undefined {
  if (walk.findings.length < mostFindings) {
    walk.findings.push({ path, place: placeOfNode(walk.lines, node), message });
  }
  return undefined;
}

function placeOfNode(lines: LineCounter, node: unknown): Place | null {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return range == null ? null : placeAt(lines, range[0]);
}

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
