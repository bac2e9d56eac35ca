// Builds the console when the packages are installed, so that `npm install && npm start` has it.
// Without development packages (an image that gets a prebuilt console) there is nothing to do. Plain
// JavaScript, since it may be run by a Node.js that cannot strip types yet.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const sources = existsSync(here('index.html'));

const vite = sources ? await import('vite').catch(() => null) : null;
if (vite !== null) {
  await vite.build({ root: here('.'), configFile: here('vite.config.ts'), logLevel: 'warn' });
}
