/** A route that answers with a stream instead of one document: the live stream, the decision relay. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Identity, RouteScope } from '../route.ts';

export type StreamRoute = {
  readonly path: string;
  readonly scope: RouteScope;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly query?: TSchema;
  /**
   * Takes the reply over (`openSse`).
   * @throws {ProblemError} before it has.
   */
  readonly open: (request: FastifyRequest, reply: FastifyReply, identity: Identity) => void;
  readonly followers: () => number;
  readonly close: () => void;
};
