export { openKafkaBus } from './io/bus.ts';
