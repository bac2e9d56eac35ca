/** What is answered where no route is: which methods there are, the console, or that nothing is there. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemError } from '../problem.ts';
import type { MethodsAt } from '../schemas/paths.ts';
import { sendProblem } from './server-errors.ts';
import { type Console, isPagePath } from './static.ts';

export type NotFound = (request: FastifyRequest, reply: FastifyReply) => FastifyReply;

export type Around = {
  readonly allowed: MethodsAt;
  /** null: not registered yet. */
  readonly page: Console | null;
};

export function answerUnknown(
  { method, url }: FastifyRequest,
  reply: FastifyReply,
  { allowed, page }: Around,
): FastifyReply {
  const methods = allowed(url);
  if (methods.length > 0) {
    reply.header('allow', methods.join(', '));
    if (method === 'OPTIONS') return reply.code(204).send();
    const wanted = `Got ${method}, wanted ${methods.join(', ')}`;
    return sendProblem(reply, new ProblemError('method-not-allowed', wanted));
  }
  const reads = method === 'GET' || method === 'HEAD';
  if (page !== null && reads && isPagePath(url)) return page.sendPage(reply);
  return sendProblem(reply, new ProblemError('not-found', 'Nothing is at this address'));
}
