// The compose file's process graph without containers, on a real Kafka and real Redis servers: it comes
// up from nothing, loses a region's server, moves the clients, tells the inbox, and ends cleanly.

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { GroupState } from '../../../api/contract/groups.ts';
import type { GroupStatus, StatusReport } from '../../../cli/status/report.ts';
import type { Child } from '../../support/children.ts';
import { eventually } from '../../support/eventually.ts';
import { freePorts } from '../../support/free-port.ts';
import { type RedisServer, skipWithoutRedis, startRedis } from '../../support/redis.ts';
import { run } from '../cli/run.ts';
import { onLoopback, openStack, type Stack } from './stack.ts';

const brokers = inject('kafkaBrokers');
const prefix = `deploy-${process.pid}.`;
const regions = ['eu-west', 'us-east', 'ap-south'] as const;
const deciders = ['aggregator-1', 'aggregator-2'] as const;
const tellers = ['alerting-1', 'alerting-2'] as const;
const groupPath = '/api/v1/groups/payments-cache';
const clients = regions.map((region) => `clients-${region}`);
const started = [...deciders, ...tellers, 'inbox', ...clients];
/** Nine processes start on a machine that others may use too. */
const withinMs = 60_000;

describe.skipIf(brokers.length === 0 || skipWithoutRedis('the process graph'))(
  'the processes of the compose file',
  () => {
    const servers = new Map<string, RedisServer>();
    const children = new Map<string, Child>();
    const ports = new Map<string, number>();
    let stack: Stack;
    let token = '';

    const said = (name: string): string => children.get(name)?.output() ?? '';
    const start = (name: string): void => {
      const replacements = [
        ['9464', String(ports.get(name))],
        ['api-port=7400', `api-port=${ports.get(`console of ${name}`) ?? 0}`],
      ] as const;
      const env = clients.includes(name) ? { REGIONPILOT_PREFIX: prefix } : {};
      const port = name === 'inbox' || clients.includes(name) ? { PORT: `${ports.get(name)}` } : {};
      children.set(name, stack.start(name, { replacements, env: { ...env, ...port } }));
    };
    const ask = async (name: string, path: string): Promise<Response> =>
      fetch(`http://127.0.0.1:${ports.get(name)}${path}`);

    const askApi = (name: string, path: string, bearer: string): Promise<Response> => {
      const headers = bearer === '' ? {} : { authorization: `Bearer ${bearer}` };
      return fetch(`http://127.0.0.1:${ports.get(`console of ${name}`)}${path}`, { headers });
    };
    const groupAt = async (name: string) => {
      const { regions, ...group } = (await (
        await askApi(name, groupPath, token)
      ).json()) as GroupState;
      return { ...group, regions: regions.map(inShort) };
    };

    beforeAll(async () => {
      for (const region of regions) servers.set(region, await startRedis());
      const doors = [...started, ...deciders.map((name) => `console of ${name}`)];
      const free = await freePorts(doors.length);
      for (const [i, name] of doors.entries()) ports.set(name, free[i] ?? 0);
      const portOf = (region: string): number => servers.get(region)?.port ?? 0;
      const redisPorts = Object.fromEntries(regions.map((region) => [region, portOf(region)]));
      const inboxPort = ports.get('inbox') ?? 0;
      stack = openStack(onLoopback({ brokers, prefix, redisPorts, inboxPort }));
    });

    afterAll(async () => {
      await stack.stop();
      for (const server of servers.values()) await server.stop();
    });

    test('the one-shot creates the topics, and run again it changes nothing', async () => {
      const outputs: string[] = [];
      for (let run = 0; run < 2; run++) {
        const topics = stack.start('topics');
        await eventually(() => expect(topics.child.exitCode).toBe(0), withinMs);
        outputs.push(topics.output());
      }
      expect(outputs[0]).toContain(`${prefix}decisions`);
      expect(outputs[1]).not.toContain(`${prefix}decisions`);
    });

    test('the one-shot makes a token and shows it, and run again it shows the same', async () => {
      const outputs: string[] = [];
      for (let run = 0; run < 2; run++) {
        const tokens = stack.start('tokens');
        await eventually(() => expect(tokens.child.exitCode).toBe(0), withinMs);
        outputs.push(tokens.output());
      }
      [token] = /rp_admin_[a-z0-9]{12}_[\w-]{43}/.exec(outputs[0] ?? '') ?? [''];
      expect(token).not.toBe('');
      expect(outputs[0]).toContain('A token was made.');
      expect(outputs[1]).toContain('The token of an earlier start still holds.');
      expect(outputs[1]).toContain(token);
    });

    test('two aggregators and two alerting instances come up, share the work and are ready', async () => {
      for (const name of [...deciders, ...tellers]) start(name);
      await eventually(async () => {
        for (const name of deciders) expect(said(name)).toMatch(/"topic":"[^"]*events"/);
        for (const name of tellers) expect(said(name)).toContain('"event":"partitionClaimed"');
        for (const name of [...deciders, ...tellers]) {
          expect((await ask(name, '/healthz')).status, name).toBe(200);
          expect((await ask(name, '/readyz')).status, name).toBe(200);
        }
      }, withinMs);
      expect(await (await ask('aggregator-1', '/metrics')).text()).toMatch(/^regionpilot_/m);
    });

    test('the console is at each aggregator; the API wants the token and tells no other', async () => {
      const other = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
      for (const name of deciders) {
        const page = await askApi(name, '/', '');
        expect(page.status).toBe(200);
        expect(await page.text()).toContain('<title>RegionPilot');
        expect((await askApi(name, '/healthz', '')).status).toBe(200);
        for (const wrong of ['', other]) {
          expect((await askApi(name, '/api/v1/session', wrong)).status).toBe(401);
        }
        const session = await (await askApi(name, '/api/v1/session', token)).json();
        expect(session).toMatchObject({ actor: 'compose', scope: 'admin' });
        expect(said(name)).not.toContain(token.slice(-43));
      }
    });

    test('clients find their regions and are well, and so is the inbox', async () => {
      for (const name of ['inbox', ...clients]) start(name);
      await eventually(async () => {
        for (const name of ['inbox', ...clients]) {
          expect((await ask(name, '/healthz')).status).toBe(200);
        }
        for (const name of deciders) {
          expect((await groupAt(name)).regions.map(({ region }) => region)).toEqual(regions);
        }
      }, withinMs);
    });

    test('a region dies: its clients move, nobody else does, and the inbox is told', async () => {
      await servers.get('eu-west')?.kill9();
      await eventually(() => {
        expect(said('clients-eu-west').match(/"event":"clientMoved"/g)).toHaveLength(20);
      }, withinMs);
      for (const name of ['clients-us-east', 'clients-ap-south']) {
        expect(said(name)).not.toContain('clientMoved');
      }
      await eventually(async () => {
        const { pages, signatures } = (await (await ask('inbox', '/')).json()) as {
          pages: readonly { title: string }[];
          signatures: object;
        };
        expect(pages.map(({ title }) => title).join('\n')).toContain('eu-west');
        expect(signatures).toMatchObject({ bad: 0 });
      }, withinMs);
    });

    test('the API of each aggregator says the same as the command line', async () => {
      const words = ['status', '--json', '--brokers', brokers.join(','), '--prefix', prefix];
      await eventually(async () => {
        const report = JSON.parse((await run(words)).out) as StatusReport;
        const [{ term, epoch, reason, text, regions: inStatus }] = report.groups as [GroupStatus];
        expect(reason).toBe('regionDown');
        const same = { term, epoch, reason, text, regions: inStatus.map(inShort) };
        for (const name of deciders) expect(await groupAt(name)).toMatchObject(same);
      }, withinMs);
    });

    test('an aggregator is replaced while a region dies: its clients move all the same', async () => {
      const leaving = children.get('aggregator-1')?.child;
      leaving?.kill('SIGTERM');
      await servers.get('us-east')?.kill9();
      await eventually(() => expect(leaving?.exitCode).toBe(0), withinMs);
      start('aggregator-1');
      await eventually(() => {
        expect(said('clients-us-east').match(/"to":"ap-south"/g)).toHaveLength(20);
      }, withinMs);
      expect(said('clients-ap-south')).not.toContain('clientMoved');
    });

    test('asked to end, every process ends by itself and without a complaint', async () => {
      // One that still loads its modules hears no signal yet.
      await eventually(async () => {
        for (const name of started) expect((await ask(name, '/healthz')).status, name).toBe(200);
      }, withinMs);
      const codes = await stack.stop();
      const all = [...started, 'topics', 'tokens'];
      expect(codes).toEqual(Object.fromEntries(all.map((name) => [name, 0])));
      for (const name of deciders) expect(said(name)).toContain('"event":"apiStopped"');
      for (const name of started) expect(said(name)).not.toMatch(/stopped by a bug|Unhandled/);
    });
  },
);

/** What the command line and the API both say of a region. */
function inShort({
  region,
  health,
  admit,
  homes,
}: GroupStatus['regions'][number] | GroupState['regions'][number]) {
  return { region, health, admit, homes };
}
