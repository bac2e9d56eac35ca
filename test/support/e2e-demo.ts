// The world of the browser tests as a process of its own: the demo's, without its screen, with its
// stand-in for Redis. Says where it is in one line of JSON and ends with its standard input.

import { startWorld } from '../../demo/io/world.ts';

/** Enough for a quorum in every region, few enough to leave the processor to the browser. */
const clients = 30;

const world = await startWorld({
  clients,
  brokers: [],
  path: undefined,
  httpPort: 0,
  onHappening: () => undefined,
});
const { console: url, where: file } = world.snapshot();
process.stdout.write(`${JSON.stringify({ url, file })}\n`);
process.stdin.once('end', () => void world.close().then(() => process.exit(0)));
process.stdin.resume();
