// A wire in front of one server, in a process of its own: stopping that process (SIGSTOP) silences
// the wire both ways while its sockets stay open, as a black hole does.

import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { FromProxy, ProxyPlan, ToProxy } from '../../drill/messages.ts';
import { hearParent, tellParent } from './parent.ts';
import { freePort } from './ports.ts';

type Wire = { readonly client: Socket; readonly server: Socket };

const wires = new Set<Wire>();
let delayMs = 0;
let listener: Server | null = null;
let open: (() => Promise<void>) | null = null;

hearParent<ToProxy>(async (message) => {
  switch (message.kind) {
    case 'start': {
      const port = await freePort();
      open = () => listen(message.plan, port);
      await open();
      return tell({ kind: 'listening', port });
    }
    case 'delay':
      delayMs = message.ms;
      return tell({ kind: 'done' });
    case 'refuse':
      listener?.close();
      listener = null;
      cutAll();
      return tell({ kind: 'done' });
    case 'heal':
      delayMs = 0;
      if (listener === null) await open?.();
      return tell({ kind: 'done' });
  }
});

const tell = (message: FromProxy): void => tellParent(message);

async function listen({ target, backlog }: ProxyPlan, port: number): Promise<void> {
  const server = createServer((client) => {
    const wire = { client, server: createConnection({ host: target.host, port: target.port }) };
    wires.add(wire);
    forward(wire.client, wire.server, wire);
    forward(wire.server, wire.client, wire);
  });
  server.listen({ host: '127.0.0.1', port, backlog });
  await once(server, 'listening');
  listener = server;
}

function forward(from: Socket, to: Socket, wire: Wire): void {
  from.setNoDelay(true);
  from.on('data', (chunk) => {
    if (delayMs === 0) to.write(chunk);
    else setTimeout(() => to.destroyed || to.write(chunk), delayMs / 2);
  });
  from.on('error', () => {});
  from.on('close', () => {
    wires.delete(wire);
    to.destroy();
  });
}

function cutAll(): void {
  for (const { client, server } of wires) {
    client.resetAndDestroy();
    server.destroy();
  }
  wires.clear();
}
