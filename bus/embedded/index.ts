export { openEmbeddedBus } from './io/bus.ts';
