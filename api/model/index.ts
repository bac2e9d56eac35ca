export { beatAgeMs, beatOf, isStale, type SeenHeartbeat } from './beats.ts';
export { automationOf, ordersInForce } from './orders-in-force.ts';
export { readIncident } from './timeline-entry.ts';
export { World } from './world.ts';
