// The console while it is being built: Vite with a made-up fleet behind it. `npm run console:dev`.

import { createServer } from 'vite';
import { startFixture } from '../test/support/console-fixture.ts';

const fixture = await startFixture({ at: -5_000 });
const server = await createServer({
  configFile: new URL('vite.config.ts', import.meta.url).pathname,
  server: { host: '127.0.0.1', proxy: { '/api': fixture.url } },
});
await server.listen();
console.log(`console with a made-up fleet: ${server.resolvedUrls?.local[0] ?? ''}`);
