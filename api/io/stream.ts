/** A route that answers with a stream instead of one document: the live stream, the decision relay. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../route.ts';
import type { StreamEntry } from '../routes/streams.ts';

export type StreamRoute = StreamEntry & {
  /**
   * Takes the reply over (`openSse`).
   * @throws {ProblemError} before it has.
   */
  readonly open: (request: FastifyRequest, reply: FastifyReply, identity: Identity) => void;
  readonly followers: () => number;
  readonly close: () => void;
};
