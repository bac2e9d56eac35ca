// A client in a process of its own, to be killed: says each route it takes as a JSON line.

import { createAgent } from '@regionpilot/agent';

const [brokers = '', prefix = '', cacheFile = ''] = process.argv.slice(2);
const agent = createAgent({
  client: 'mortal',
  home: 'eu',
  domain: 'zone-m',
  topicPrefix: prefix,
  cacheFile,
  bus: { kind: 'kafka', brokers: brokers.split(','), clientId: 'mortal' },
  groups: { payments: { regions: ['eu', 'us'] } },
});
const route = agent.route('payments');
const say = (): void => console.log(JSON.stringify(route.current));
route.onChange(say);
await agent.ready();
say();
setInterval(() => undefined, 1_000);
