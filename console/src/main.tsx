// Starts the page.

import { render } from 'preact';
import { App } from './app.tsx';
import { open } from './io/store.ts';

const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
open().catch(() => undefined);
