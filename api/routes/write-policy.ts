// Changing what judgements rest on, while they are made. Two people who change it at once must not
// undo each other unseen: a write names the version it saw.

import { mergePolicy } from '@regionpilot/aggregator';
import { namePattern, type PolicyOrder } from '@regionpilot/protocol';
import Type from 'typebox';
import { policyEtag } from '../model/policy.ts';
import { audited } from '../orders/audited.ts';
import type { WritePort, WriteWorld } from '../orders/write-world.ts';
import { ProblemError } from '../problem.ts';
import type { ApiAnswer, ApiRequest, Route } from '../route.ts';
import { policyAnswer } from '../schemas/write-answers.ts';
import { policyRequest } from '../schemas/writes.ts';

type PolicyRequest = Pick<PolicyOrder, 'settings' | 'reason'>;

export function policyWriteRoutes(world: WriteWorld, port: WritePort): readonly Route[] {
  return [
    {
      method: 'PUT',
      path: '/api/v1/groups/:group/policy',
      scope: 'admin',
      tag: 'policy',
      summary: 'Change settings while running; wants the ETag of the policy in If-Match',
      params: Type.Object({
        group: Type.String({ pattern: namePattern, description: 'A group' }),
      }),
      body: policyRequest,
      response: policyAnswer,
      problems: ['not-found', 'precondition-failed', 'precondition-required'],
      status: 202,
      write: true,
      ifMatch: true,
      handle: (request) => setPolicy(world, port, request),
    },
  ];
}

async function setPolicy(
  world: WriteWorld,
  port: WritePort,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const { params, identity, nowMs } = request;
  const { group = '' } = params;
  if (!world.orders().decisions.has(group)) {
    throw new ProblemError('not-found', `No decision was ever made for a group ${group}`);
  }
  const orders = world.policies();
  checkVersion(request, policyEtag(orders, group));
  const { settings, reason } = request.body as PolicyRequest;
  checkSettings(world, group, settings);
  const before = orders.get(group) ?? null;
  const version = (before?.version ?? 0) + 1;
  const order: PolicyOrder = {
    v: 1,
    group,
    atMs: nowMs,
    author: identity.actor,
    reason: reason.trim(),
    settings,
    version,
  };
  const deed = {
    action: 'policy.set',
    target: group,
    reason: order.reason,
    before: before?.settings ?? null,
    after: settings,
  };
  await audited(port, request, deed, () => port.policy(order));
  const etag = policyEtag(new Map([...orders, [group, order]]), group);
  return { headers: { etag }, body: { group, version, atMs: nowMs } };
}

function checkVersion({ headers }: ApiRequest, etag: string): void {
  const seen = headers['if-match'];
  if (seen === undefined) {
    throw new ProblemError(
      'precondition-required',
      'Got no If-Match, wanted the ETag of the policy that was read',
    );
  }
  if (seen !== etag) {
    throw new ProblemError(
      'precondition-failed',
      'Somebody changed this policy since it was read; read it again',
    );
  }
}

function checkSettings(world: WriteWorld, group: string, settings: PolicyOrder['settings']): void {
  const merged = mergePolicy(world.policyOf(group), { settings });
  if (merged.kind === 'ok') return;
  const errors = merged.problems.map(({ path, value, expected }) => ({
    pointer: `/settings/${path.replaceAll('.', '/')}`,
    got: value,
    wanted: expected,
  }));
  throw new ProblemError('invalid-request', 'This is no policy', { errors });
}
