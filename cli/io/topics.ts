// `regionpilot topics`: creates what is missing, or says what is weaker than wanted.

import { topicCatalogue } from '@regionpilot/protocol';
import type { Flags } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { appliedLines, verifiedLines } from '../topics.ts';
import { loadSettings } from './files.ts';
import { withBus } from './open-bus.ts';
import { outJson, outLines, type Session } from './session.ts';

export async function applyTopics(session: Session, flags: Flags): Promise<ExitCode> {
  const { bus: plan, topics } = loadSettings(flags, session);
  const wanted = topicCatalogue(topics);
  return withBus(
    plan,
    async (bus) => {
      const changes = await bus.applyTopics(wanted);
      const problems = await bus.verifyTopics(wanted);
      if (flags.json === true) outJson(session, { v: 1, changes, problems });
      else outLines(session, appliedLines(changes, problems, wanted.length));
      return problems.length === 0 ? exitCodes.ok : exitCodes.different;
    },
    { create: true },
  );
}

export async function verifyTopics(session: Session, flags: Flags): Promise<ExitCode> {
  const { bus: plan, topics } = loadSettings(flags, session);
  const wanted = topicCatalogue(topics);
  return withBus(plan, async (bus) => {
    const problems = await bus.verifyTopics(wanted);
    if (flags.json === true) outJson(session, { v: 1, topics: wanted, problems });
    else outLines(session, verifiedLines(problems, wanted));
    return problems.length === 0 ? exitCodes.ok : exitCodes.different;
  });
}
