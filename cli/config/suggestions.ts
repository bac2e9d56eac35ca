// A problem of a config as people should see it: with the field that was probably meant, and without
// what somebody wrote where a secret does not belong.

import { nearest, type Problem } from '@regionpilot/protocol';
import { isSecretName, mask } from '../redact.ts';
import { settingsCatalogue } from './catalogue.ts';

const sections = ['bus', 'topics', 'aggregator', 'policy', 'groups', 'api', 'doctor'];

export function told(problem: Problem): Problem {
  return withSuggestion(withoutSecret(problem));
}

function withSuggestion(problem: Problem): Problem {
  if (problem.expected !== 'no such field') return problem;
  const at = problem.path.lastIndexOf('.');
  const name = problem.path.slice(at + 1);
  const known = fieldsUnder(problem.path.slice(0, Math.max(0, at)));
  const near = nearest(name, known) ?? known.find((field) => field.startsWith(name)) ?? null;
  return near === null
    ? problem
    : { ...problem, expected: `no such field (did you mean ${near}?)` };
}

function withoutSecret(problem: Problem): Problem {
  const name = problem.path.slice(problem.path.lastIndexOf('.') + 1);
  return isSecretName(name) ? { ...problem, value: mask } : problem;
}

function fieldsUnder(parent: string): readonly string[] {
  if (parent === '') return sections;
  if (/^groups\.[^.]+$/.test(parent)) return ['regions', 'policy'];
  const path = /^groups\..+\.policy$/.test(parent) ? 'policy' : parent;
  const inside = settingsCatalogue.filter(({ key }) => key.startsWith(`${path}.`));
  return [...new Set(inside.map(({ key }) => key.slice(path.length + 1).split('.')[0] ?? ''))];
}
