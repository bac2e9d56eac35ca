// What a PromQL query asks for: which metrics, by which labels, over which windows.
//
// The grammar is that of Prometheus' own editor. Grafana's variables are put in first, as Grafana
// does before it sends a query.

import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export type Selector = {
  readonly metric: string;
  /** Written as they stand, for example `job=~"$job"`. */
  readonly matchers: readonly string[];
  readonly labels: readonly string[];
  /** The function around it, null for none: `rate`, `max_over_time`. */
  readonly call: string | null;
  /** Its range as written, for example `$__rate_interval`, or null. */
  readonly range: string | null;
};

/** Labels that an aggregation or a match between vectors names, with the metrics they come from. */
export type Grouping = {
  readonly labels: readonly string[];
  readonly metrics: readonly string[];
};

export type Query = {
  /** The pieces that do not parse; empty for a good query. */
  readonly flaws: readonly string[];
  readonly selectors: readonly Selector[];
  readonly groupings: readonly Grouping[];
  /** Labels of the answer, or the metric whose labels they are when nothing is added up. */
  readonly answer: readonly string[] | { readonly metric: string };
};

const durations: Readonly<Record<string, string>> = {
  $__rate_interval: '5m7s',
  $__interval: '1m7s',
  $__range: '1h7s',
};

export function readQuery(expr: string): Query {
  const text = Object.entries(durations).reduce(
    (done, [variable, value]) => done.replaceAll(variable, value),
    expr,
  );
  const tree = parser.parse(text);
  const say = (node: SyntaxNode): string => text.slice(node.from, node.to);
  return {
    flaws: all(tree, (node) => node.type.isError).map(
      (node) => `at ${node.from}: …${text.slice(Math.max(0, node.from - 20), node.to + 20)}…`,
    ),
    selectors: all(tree, named('VectorSelector')).map((node) => selectorOf(node, say)),
    groupings: all(tree, named('GroupingLabels')).map((node) => groupingOf(node, say)),
    answer: answerOf(tree.topNode, say),
  };
}

function selectorOf(node: SyntaxNode, say: (node: SyntaxNode) => string): Selector {
  const matchers = below(node, named('UnquotedLabelMatcher'));
  const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : null;
  const range = matrix?.getChild('DurationExpr') ?? null;
  const call = around(node, 'FunctionCall')?.getChild('FunctionIdentifier') ?? null;
  const name = node.getChild('Identifier');
  return {
    metric: name === null ? '' : say(name),
    matchers: matchers.map(say),
    labels: matchers.flatMap((each) => each.getChildren('LabelName').map(say)),
    call: call === null ? null : say(call),
    range: range === null ? null : asWritten(say(range)),
  };
}

function groupingOf(node: SyntaxNode, say: (node: SyntaxNode) => string): Grouping {
  const whole = around(node, 'AggregateExpr', 'BinaryExpr') ?? node;
  const metrics = below(whole, named('VectorSelector')).flatMap((each) =>
    each.getChildren('Identifier').map(say),
  );
  return { labels: node.getChildren('LabelName').map(say), metrics };
}

/** Arithmetic keeps the labels of its left side; of a function, those of its last argument count. */
function answerOf(node: SyntaxNode, say: (node: SyntaxNode) => string): Query['answer'] {
  if (node.name === 'VectorSelector') {
    const name = node.getChild('Identifier');
    return { metric: name === null ? '' : say(name) };
  }
  if (node.name === 'AggregateExpr') {
    const by = node.getChild('AggregateModifier')?.getChild('GroupingLabels');
    return by?.getChildren('LabelName').map(say) ?? [];
  }
  const parts = children(node).filter(({ name }) =>
    /Expr$|Selector$|Call$|^FunctionCallBody$/.test(name),
  );
  const telling = node.name === 'FunctionCallBody' ? parts.at(-1) : firstWithLabels(parts);
  if (telling === undefined) return [];
  const labels = answerOf(telling, say);
  const isQuantile = say(node).startsWith('histogram_quantile');
  return isQuantile && Array.isArray(labels) ? labels.filter((label) => label !== 'le') : labels;
}

/** `time() - x` has the labels of x. */
function firstWithLabels(parts: readonly SyntaxNode[]): SyntaxNode | undefined {
  return parts.find((part) => below(part, named('VectorSelector')).length > 0);
}

function asWritten(duration: string): string {
  return Object.entries(durations).find(([, value]) => value === duration)?.[0] ?? duration;
}

function around(node: SyntaxNode, ...names: readonly string[]): SyntaxNode | null {
  for (let at = node.parent; at !== null; at = at.parent) if (names.includes(at.name)) return at;
  return null;
}

function named(name: string): (node: SyntaxNode) => boolean {
  return (node) => node.name === name;
}

function all(tree: Tree, wanted: (node: SyntaxNode) => boolean): readonly SyntaxNode[] {
  return below(tree.topNode, wanted);
}

function below(node: SyntaxNode, wanted: (node: SyntaxNode) => boolean): readonly SyntaxNode[] {
  const deeper = children(node).flatMap((child) => below(child, wanted));
  return wanted(node) ? [node, ...deeper] : deeper;
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}
