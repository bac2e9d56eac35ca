export { everyPartition, publishOrder, publishWord } from '../io/publish.ts';
export {
  changesRoutes,
  holdFor,
  inForce,
  isCarriedOut,
  type KnownOrders,
  lostBy,
  regionsOf,
} from './in-force.ts';
export { endedOrder } from './order.ts';
