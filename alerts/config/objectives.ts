// Objectives per group: the shipped burn rules once for each group that has its own, and once for
// all the others. Each copy has a name of its own, for a rule's memory is kept by name.

import { isName } from '@regionpilot/protocol';
import type { Rule } from '../rule.ts';
import { isRecord } from './fields.ts';
import { type Flaw, flaw } from './flaw.ts';
import { ruleSenseFlaws } from './rule-sense.ts';

/** The group name that stands for every group not named. */
const others = 'default';

/** `rules`: those the objectives are for, as far as they are known to be sound. */
export function objectivesFlaws(objectives: unknown, rules: readonly Rule[]): readonly Flaw[] {
  if (objectives === undefined) return [];
  if (!isRecord(objectives)) return [flaw('objectives', objectives, 'objectives by group')];
  return Object.entries(objectives).flatMap(([group, value]) => {
    const path = `objectives.${group}`;
    if (!isName(group)) return [flaw(path, group, 'the name of a group')];
    if (typeof value !== 'number' || value <= 0 || value >= 1) {
      const percent = typeof value === 'number' && value > 1 && value < 100;
      const suggestion = percent ? `did you mean ${Number((value / 100).toFixed(8))}?` : null;
      return [flaw(path, value, 'a share between 0 and 1, such as 0.999', suggestion)];
    }
    return rules.flatMap(({ when, ...rule }) => {
      if (when.kind !== 'burnRate') return [];
      const flaws = ruleSenseFlaws('', { ...rule, when: { ...when, objective: value } });
      const dead = flaws.filter((each) => each.path.endsWith('.burn'));
      return dead.slice(0, 1).map(() => flaw(path, value, livelier(rule.name, when)));
    });
  });
}

type Burn = Extract<Rule['when'], { readonly kind: 'burnRate' }>;

/** Every call failing burns at 1 ÷ (1 − objective): a rule that asks for more waits for ever. */
function livelier(name: string, { windows }: Burn): string {
  const fastest = Math.max(...windows.map(({ burn }) => burn));
  return `more than ${(1 - 1 / fastest).toFixed(4)}: below it ${name} (${fastest} times) can never fire`;
}

export function withObjectives(
  rules: readonly Rule[],
  objectives: Readonly<Record<string, number>>,
): readonly Rule[] {
  const own = Object.entries(objectives).filter(([group]) => group !== others);
  const rest = Object.hasOwn(objectives, others) ? objectives[others] : undefined;
  return rules.flatMap((rule) => {
    const { when } = rule;
    if (when.kind !== 'burnRate' || rule.signal !== 'groupErrors') return [rule];
    const everyOther: Rule = {
      ...rule,
      only: [...rule.only, ...own.map(([value]) => ({ label: 'group', op: '!=' as const, value }))],
      when: { ...when, objective: rest ?? when.objective },
    };
    const copies = own.map(
      ([value, objective]): Rule => ({
        ...rule,
        name: `${rule.name}.${value}`,
        only: [...rule.only, { label: 'group', op: '=', value }],
        when: { ...when, objective },
      }),
    );
    return [everyOther, ...copies];
  });
}
