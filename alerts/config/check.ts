// Everything that is wrong with what somebody wrote, section by section. What one section gets wrong
// never hides what is wrong in another: ten mistakes are ten lines.

import { isName } from '@regionpilot/protocol';
import Type from 'typebox';
import type { Rule } from '../rule.ts';
import { urlFlaws } from './addresses.ts';
import { anyObject, duration, fieldFlaws, isRecord, section, text, whole } from './fields.ts';
import { type Flaw, flaw } from './flaw.ts';
import type { RuleInput } from './input.ts';
import { objectivesFlaws } from './objectives.ts';
import { receiversFlaws } from './receivers.ts';
import { inhibitFlaws, rootFlaws, unknownReceiver } from './routes.ts';
import { rulesFlaws, rulesOf } from './rules.ts';

const anything = Type.Unknown();
const wholeFile = section(
  {},
  {
    deployment: text(128),
    runbookBase: text(2_048),
    dashboardBase: text(2_048),
    startDelay: duration(0, 600_000),
    heartbeat: anyObject,
    probe: anyObject,
    flapping: anyObject,
    receivers: anything,
    route: anything,
    inhibit: anything,
    rules: anything,
    objectives: anything,
  },
);
const beatFields = section({ receiver: text(64) }, { every: duration(1_000, 86_400_000) });
const flappingFields = section(
  {},
  { changes: whole(2, 1_000), window: duration(1_000, 86_400_000) },
);

/** In the order of the sections; empty: all is well. */
export function alertsFlaws(input: unknown, shipped: readonly Rule[]): readonly Flaw[] {
  if (!isRecord(input)) return [flaw('', input, 'sections by name, such as receivers')];
  const { receivers, route, inhibit, rules, objectives, flapping } = input;
  const known = isRecord(receivers) ? Object.keys(receivers) : [];
  const ruleProblems = rulesFlaws(rules, shipped);
  const sound =
    ruleProblems.length === 0 && isRecord(rules)
      ? rulesOf(rules as Readonly<Record<string, RuleInput>>, shipped)
      : shipped;
  return [
    ...fieldFlaws(wholeFile, input, ''),
    ...nameFlaws(input),
    ...beatFlaws('heartbeat', input['heartbeat'], known),
    ...beatFlaws('probe', input['probe'], known),
    ...(isRecord(flapping) ? fieldFlaws(flappingFields, flapping, 'flapping') : []),
    ...receiversFlaws(receivers),
    ...rootFlaws(route, known),
    ...inhibitFlaws(inhibit),
    ...ruleProblems,
    ...objectivesFlaws(objectives, sound),
  ];
}

function nameFlaws(input: Readonly<Record<string, unknown>>): readonly Flaw[] {
  const { deployment } = input;
  const wanted = 'a name: a letter or digit, then letters, digits and ._:/@-';
  const bad = typeof deployment === 'string' && deployment.length <= 128 && !isName(deployment);
  return [
    ...(bad ? [flaw('deployment', deployment, wanted)] : []),
    ...(['runbookBase', 'dashboardBase'] as const).flatMap((field) => {
      const base = input[field];
      if (typeof base !== 'string' || base === '') return [];
      return urlFlaws(field, base, { plainAllowed: true });
    }),
  ];
}

function beatFlaws(path: string, beat: unknown, known: readonly string[]): readonly Flaw[] {
  if (!isRecord(beat)) return [];
  const { receiver } = beat;
  const stranger = typeof receiver === 'string' && !known.includes(receiver);
  return [
    ...fieldFlaws(beatFields, beat, path),
    ...(stranger ? [unknownReceiver(`${path}.receiver`, receiver, known)] : []),
  ];
}
