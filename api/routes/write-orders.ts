// Orders of people to automation: hold, release, kill switch, shadow.

import { namePattern } from '@regionpilot/protocol';
import Type from 'typebox';
import type { OrderAnswer, OrderRequest } from '../contract/orders.ts';
import { audited } from '../orders/audited.ts';
import { inForce } from '../orders/in-force.ts';
import { endedOrder, judgeOrder, type OrderJudgement } from '../orders/order.ts';
import { previewOrder } from '../orders/preview.ts';
import type { WritePort, WriteWorld } from '../orders/write-world.ts';
import { ProblemError } from '../problem.ts';
import type { ApiAnswer, ApiRequest, Route } from '../route.ts';
import { orderAnswer, orderPreview } from '../schemas/write-answers.ts';
import { orderRequest, reasonRequest } from '../schemas/writes.ts';

const params = Type.Object({
  group: Type.String({
    pattern: `${namePattern.slice(0, -1)}$|^\\*$`,
    description: 'A group, or `*` for every group',
  }),
});
const tag = 'orders';
const path = '/api/v1/groups/:group/order';

export function orderRoutes(world: WriteWorld, port: WritePort): readonly Route[] {
  return [
    {
      method: 'PUT',
      path,
      scope: 'failover',
      tag,
      summary: 'Order a hold, the kill switch or shadow mode; it replaces the order in force',
      params,
      body: orderRequest,
      response: orderAnswer,
      problems: ['not-found', 'conflict'],
      status: 202,
      write: true,
      handle: (request) => setOrder(world, port, request),
    },
    {
      method: 'DELETE',
      path,
      scope: 'failover',
      tag,
      summary: 'End the order in force now',
      params,
      body: reasonRequest,
      response: orderAnswer,
      problems: ['not-found'],
      status: 202,
      write: true,
      handle: (request) => endOrder(world, port, request),
    },
    {
      method: 'POST',
      path: `${path}/preview`,
      scope: 'viewer',
      tag,
      summary: 'What an order would do, without giving it',
      params,
      body: orderRequest,
      response: orderPreview,
      problems: ['not-found'],
      handle: (request) => preview(world, request),
    },
  ];
}

async function setOrder(
  world: WriteWorld,
  port: WritePort,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const group = groupIn(request);
  const { identity, nowMs } = request;
  const known = world.orders();
  const order = orderIn(
    judgeOrder(group, request.body as OrderRequest, identity.actor, known, nowMs),
  );
  const before = inForce(known, group, nowMs);
  const deed = { action: 'order.set', target: group, reason: order.reason, before, after: order };
  await audited(port, request, deed, () => port.order(order));
  return answer(order);
}

async function endOrder(
  world: WriteWorld,
  port: WritePort,
  request: ApiRequest,
): Promise<ApiAnswer> {
  const group = groupIn(request);
  const { identity, nowMs } = request;
  const before = inForce(world.orders(), group, nowMs);
  if (before === null) throw new ProblemError('not-found', `No order is in force for ${group}`);
  const { reason } = request.body as { reason: string };
  const order = endedOrder(group, identity.actor, reason, nowMs);
  const deed = { action: 'order.end', target: group, reason: order.reason, before, after: null };
  await audited(port, request, deed, () => port.order(order));
  return answer(order);
}

function preview(world: WriteWorld, request: ApiRequest): ApiAnswer {
  const group = groupIn(request);
  const known = world.orders();
  const wanted = { ...(request.body as OrderRequest), replace: true };
  orderIn(judgeOrder(group, wanted, request.identity.actor, known, request.nowMs));
  const groups = group === '*' ? [...known.decisions.keys()] : [group];
  const previews = groups.flatMap((each) => {
    const decision = known.decisions.get(each);
    return decision === undefined ? [] : [previewOrder(decision, wanted, world.clients(each))];
  });
  const sum = (pick: (each: (typeof previews)[number]) => number): number =>
    previews.reduce((total, each) => total + pick(each), 0);
  const body = {
    routesChange: previews.some(({ routesChange }) => routesChange),
    moving: sum(({ moving }) => moving),
    reporting: sum(({ reporting }) => reporting),
    warnings: [...new Set(previews.flatMap(({ warnings }) => warnings))],
  };
  return { body };
}

function groupIn({ params: { group = '' } }: ApiRequest): string {
  return group;
}

function orderIn(judgement: OrderJudgement) {
  switch (judgement.kind) {
    case 'order':
      return judgement.order;
    case 'unknownGroup':
      throw new ProblemError('not-found', `There is no such group; ${judgement.hint}`);
    case 'invalid':
      throw new ProblemError('invalid-request', 'This is no order', { errors: judgement.errors });
    case 'conflict':
      throw new ProblemError('conflict', judgement.text);
  }
}

function answer({ group, atMs, author, expiresMs }: OrderAnswer): ApiAnswer {
  const body: OrderAnswer = { group, atMs, author, expiresMs };
  return { body };
}
