// `regionpilot topics`: creates what is missing, or says what is weaker than wanted.

import type { Bus } from '@regionpilot/bus';
import { PipelineError, topicCatalogue } from '@regionpilot/protocol';
import type { Flags, Settings } from '../config/settings.ts';
import { type ExitCode, exitCodes } from '../exit.ts';
import { appliedLines, problemText, verifiedLines } from '../topics.ts';
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

/**
 * What every service does before it begins.
 * @throws {PipelineError} TOPIC_TOO_WEAK, one line per difference.
 */
export async function refuseWeakTopics(bus: Bus, { topics }: Settings): Promise<void> {
  const problems = await bus.verifyTopics(topicCatalogue(topics));
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 difference' : `${problems.length} differences`;
  const message = `Topics are weaker than configured, ${count}\n${problems.map(problemText).join('\n')}`;
  throw new PipelineError('TOPIC_TOO_WEAK', message, { problems, retriable: false });
}
