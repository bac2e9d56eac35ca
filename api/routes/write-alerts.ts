// People's words on alerts: I have it; nobody wants to hear this for a while.

import {
  endedSilence,
  formatMatcher,
  matcherProblems,
  mutesEveryPage,
  openStoriesOf,
  operatorAck,
} from '@regionpilot/alerts';
import type { Silence } from '@regionpilot/protocol';
import Type from 'typebox';
import type { AckRequest, SilenceRequest } from '../contract/alerts.ts';
import type { InvalidPart } from '../contract/answers.ts';
import { audited } from '../orders/audited.ts';
import type { WritePort, WriteWorld } from '../orders/write-world.ts';
import { ProblemError } from '../problem.ts';
import type { ApiAnswer, ApiRequest, Route } from '../route.ts';
import { alertView, silenceView } from '../schemas/alerts.ts';
import { ackRequest, reasonRequest, silenceRequest } from '../schemas/writes.ts';

export function alertWriteRoutes(world: WriteWorld, port: WritePort): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/alerts/:fingerprint/ack',
      scope: 'operator',
      tag: 'alerts',
      summary: 'Take an alert, or give it back: repeats stop until it resolves or gets worse',
      params: Type.Object({
        fingerprint: Type.String({ pattern: '^[0-9a-f]{16}$', description: 'Of the alert' }),
      }),
      body: ackRequest,
      response: alertView,
      problems: ['not-found', 'not-possible'],
      write: true,
      handle: (request) => ack(world, port, request),
    },
    {
      method: 'POST',
      path: '/api/v1/silences',
      scope: 'operator',
      tag: 'alerts',
      summary: 'Mute alerts for a while',
      body: silenceRequest,
      response: silenceView,
      status: 201,
      write: true,
      handle: (request) => silence(port, request),
    },
    {
      method: 'DELETE',
      path: '/api/v1/silences/:id',
      scope: 'operator',
      tag: 'alerts',
      summary: 'End a silence now; what it muted and still fires is told',
      params: Type.Object({
        id: Type.String({ pattern: '^[A-Za-z0-9-]{1,64}$', description: 'Of the silence' }),
      }),
      body: reasonRequest,
      response: silenceView,
      problems: ['not-found'],
      write: true,
      handle: (request) => unsilence(world, port, request),
    },
  ];
}

async function ack(world: WriteWorld, port: WritePort, request: ApiRequest): Promise<ApiAnswer> {
  const { params, identity, nowMs } = request;
  const { fingerprint = '' } = params;
  const { acked, reason } = request.body as AckRequest;
  const view = world.alerts();
  const before = world.alertView(fingerprint, nowMs);
  if (before === null) throw new ProblemError('not-found', `There is no alert ${fingerprint}`);
  const stories = openStoriesOf(view, fingerprint);
  if (stories.length === 0) {
    throw new ProblemError(
      'not-possible',
      'Nobody was told of it, or it is over: there is nothing to acknowledge',
    );
  }
  const ackedBy = acked ? identity.actor : null;
  const deed = {
    action: acked ? 'alert.ack' : 'alert.unack',
    target: fingerprint,
    reason,
    before: { ackedBy: before.ackedBy },
    after: { ackedBy },
  };
  await audited(port, request, deed, async () => {
    for (const key of stories) {
      await port.word(
        operatorAck(key, identity.actor, 'api', acked, nowMs),
        view.homes.get(key) ?? [],
      );
    }
  });
  return { body: { ...before, ackedBy } };
}

async function silence(port: WritePort, request: ApiRequest): Promise<ApiAnswer> {
  const { identity, nowMs } = request;
  const { matchers, durationMs, reason } = request.body as SilenceRequest;
  const errors = matcherErrors({ matchers });
  if (errors.length > 0)
    throw new ProblemError('invalid-request', 'This is no silence', { errors });
  const word: Silence = {
    v: 1,
    kind: 'silence',
    id: `s-${port.newId()}`,
    matchers,
    startsMs: nowMs,
    endsMs: nowMs + durationMs,
    author: identity.actor,
    reason: reason.trim(),
  };
  const deed = {
    action: 'silence.create',
    target: word.id,
    reason: word.reason,
    before: null,
    after: word,
  };
  await audited(port, request, deed, () => port.word(word, null));
  return { body: { ...word, state: 'active', mutes: [] } };
}

async function unsilence(
  world: WriteWorld,
  port: WritePort,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const { params, identity, nowMs } = request;
  const { id = '' } = params;
  const before = world.alerts().silences.get(id);
  if (before === undefined || before.endsMs <= nowMs) {
    throw new ProblemError('not-found', `There is no silence ${id} in force`);
  }
  const { reason } = request.body as { reason: string };
  const ended = endedSilence(before, identity.actor, reason, nowMs);
  if (ended === null) throw wrong('/reason', 'only spaces', 'why, in words');
  const deed = { action: 'silence.end', target: id, reason: reason.trim(), before, after: ended };
  await audited(port, request, deed, () => port.word(ended, null));
  return { body: { ...ended, state: 'expired', mutes: [] } };
}

function matcherErrors({ matchers }: Pick<SilenceRequest, 'matchers'>): readonly InvalidPart[] {
  const broken = matchers.flatMap((matcher, at) =>
    matcherProblems([matcher]).map((wanted) => ({
      pointer: `/matchers/${at}`,
      got: formatMatcher(matcher).slice(0, 60),
      wanted,
    })),
  );
  if (broken.length > 0 || !mutesEveryPage(matchers)) return broken;
  const wanted = 'matchers that name something, for example alertname or group';
  return [{ pointer: '/matchers', got: 'what would mute every page', wanted }];
}

function wrong(pointer: string, got: string, wanted: string): ProblemError {
  return new ProblemError('invalid-request', 'This cannot be done so', {
    errors: [{ pointer, got, wanted }],
  });
}
