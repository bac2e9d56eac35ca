// What the compose file promises to whoever starts it, checked without an engine.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readAlertsFile } from '../../../alerts/index.ts';
import { parseConfigFile } from '../../../cli/config/parse.ts';
import { settingsFrom } from '../../../cli/config/settings.ts';
import { understand } from '../../support/command-words.ts';
import {
  type ComposeService,
  composeFile,
  composeText,
  mountsOf,
} from '../../support/compose-file.ts';

const root = join(import.meta.dirname, '../../..');
const file = composeFile();
const services = Object.entries(file.services);
const own = services.filter(([, { build }]) => build !== undefined);

const { tokens } = file.services;
const tokensFile = String(tokens?.environment?.['TOKENS_FILE']);

/** Their health is seen otherwise; the file says how. */
const withoutHealthcheck = ['otel-collector', 'tokens', 'topics'];

const text = (path: string): string => readFileSync(join(root, path), 'utf8');

test('the stack has the parts that the documentation names', () => {
  const inProfile = (profile: string): readonly string[] =>
    services.flatMap(([name, { profiles = [] }]) => (profiles.includes(profile) ? [name] : []));
  const core = [
    ...['aggregator-1', 'aggregator-2', 'alerting-1', 'alerting-2', 'inbox', 'kafka'],
    ...['redis-ap-south', 'redis-eu-west', 'redis-us-east', 'tokens', 'topics'],
  ];
  const observability = ['grafana', 'otel-collector', 'prometheus'];
  const clients = ['clients-ap-south', 'clients-eu-west', 'clients-us-east'];
  expect([...inProfile('core')].sort()).toEqual(core);
  expect([...inProfile('observability')].sort()).toEqual(observability);
  expect([...inProfile('demo')].sort()).toEqual([...core, ...observability, ...clients].sort());
});

describe.each(services)('%s', (name, service) => {
  test('is in a known profile, so that nothing starts unasked', () => {
    expect(service.profiles?.length).toBeGreaterThan(0);
    for (const profile of service.profiles ?? []) {
      expect(['core', 'observability', 'demo']).toContain(profile);
    }
  });

  test('runs as nobody in particular, with nothing more than it needs', () => {
    expect(service.user).toMatch(/^[1-9]\d*:\d+$/);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service.read_only).toBe(name !== 'kafka');
  });

  test('is bounded in memory, processor and processes', () => {
    expect(service.mem_limit).toMatch(/^\d+[mg]$/);
    expect(service.cpus).toBeGreaterThan(0);
    expect(service.pids_limit).toBeGreaterThan(0);
  });

  test('comes from a pinned image that a variable replaces', () => {
    expect(service.image).toMatch(/:v?\d+\.\d+\.\d+(-[a-z]+)?$/);
    expect(composeText).toContain(`_IMAGE:-${service.image}}`);
  });

  test('says whether it is well', () => {
    if (withoutHealthcheck.includes(name)) expect(service.healthcheck?.disable).toBe(true);
    else expect(service.healthcheck?.test?.[0]).toBe('CMD');
  });

  test('mounts what exists, and configuration read-only', () => {
    for (const { source, readOnly } of mountsOf(service)) {
      if (source.startsWith('/')) {
        expect(existsSync(source), source).toBe(true);
        expect(readOnly, source).toBe(true);
      } else expect(Object.keys(file.volumes)).toContain(source);
    }
    for (const secret of service.secrets ?? []) {
      expect(existsSync(join(root, file.secrets[secret]?.file ?? 'none')), secret).toBe(true);
    }
  });

  test('is reached from this machine only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('waits only for what is in each of its profiles', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const { profiles = [], healthcheck } = file.services[other] ?? { profiles: [] };
      for (const profile of service.profiles ?? []) expect(profiles, other).toContain(profile);
      expect(healthcheck?.disable === true).toBe(condition === 'service_completed_successfully');
    }
  });
});

describe.each(own.filter(([, { entrypoint }]) => entrypoint === undefined))(
  'the command of %s',
  (_name, service) => {
    test('is one that exists, options and all', async () => {
      await expect(understand(service.command ?? [])).resolves.toBeUndefined();
    });

    test('reads only files that are mounted', () => {
      const targets = mountsOf(service).map(({ target }) => target);
      for (const path of filesIn(service)) {
        expect(targets.includes(path) || targets.includes(dirname(path)), path).toBe(true);
      }
      expect(filesIn(service).length).toBeGreaterThan(0);
    });

    test('serves its health where the image asks for it', () => {
      const ends = service.healthcheck?.disable === true;
      expect(service.command?.includes('--telemetry-port=9464')).toBe(!ends);
    });
  },
);

test.each(own.filter(([, { entrypoint }]) => entrypoint !== undefined))(
  'the program of %s is in the image',
  (_name, { entrypoint = [] }) => {
    const path = (entrypoint[1] ?? '').replace('/app/', '');
    expect(existsSync(join(root, path)), path).toBe(true);
    const kept = text('.dockerignore').split('\n');
    expect(kept).toContain(`!${path.replace(/\/main\.ts$/, '')}`);
  },
);

test('a command that does not exist would be found', async () => {
  await expect(understand(['aggregator', '--telemetry-prot=9464'])).rejects.toThrow();
});

test('the config and the alerts file are accepted as they are, without a warning', () => {
  const config = 'deploy/compose/regionpilot.yaml';
  const settings = settingsFrom({}, {}, parseConfigFile(config, text(config)));
  expect(settings).toMatchObject({
    bus: { kind: 'kafka', brokers: ['kafka:9092'] },
    topics: { replication: 1, partialPartitions: 2 },
  });
  const alerts = 'deploy/compose/alerts.yaml';
  const { warnings, config: read } = readAlertsFile(alerts, text(alerts));
  expect(warnings).toEqual([]);
  expect(read.receivers).toHaveLength(1);
});

test('alerting writes to the inbox at its door, and both know the same secret', () => {
  const { receivers } = parse(text('deploy/compose/alerts.yaml'));
  const inbox = file.services['inbox'];
  expect(new URL(receivers.inbox.url).host).toBe(`inbox:${inbox?.environment?.['PORT']}`);
  for (const name of ['inbox', 'alerting-1', 'alerting-2']) {
    const mounted = file.services[name]?.secrets?.map((secret) => `/run/secrets/${secret}`);
    expect(mounted).toEqual(receivers.inbox.secretFiles);
  }
});

test('aggregators serve the console with access control, its hashes mounted read-only', () => {
  const published = new Map<string, readonly string[]>();
  for (const name of ['aggregator-1', 'aggregator-2']) {
    const service = file.services[name] ?? { image: '' };
    const { command = [], ports = [] } = service;
    const flag = (option: string): string =>
      command.find((word) => word.startsWith(`--${option}=`))?.slice(option.length + 3) ?? '';
    expect([flag('api-host'), flag('api-port')]).toEqual(['0.0.0.0', '7400']);
    expect(`${dirname(flag('api-tokens-file'))}/tokens.json`).toBe(tokensFile);
    const mount = mountsOf(service).find(({ target }) => target === dirname(tokensFile));
    expect(mount).toMatchObject({ source: 'access', readOnly: true });
    expect(service.depends_on?.['tokens']?.condition).toBe('service_completed_successfully');
    const grafana = file.services['grafana']?.ports?.[0]?.split(':')[1];
    expect(flag('grafana-url')).toBe(`http://localhost:${grafana}`);
    published.set(name, ports);
  }
  expect(Object.fromEntries(published)).toEqual({
    'aggregator-1': ['127.0.0.1:7400:7400'],
    'aggregator-2': [],
  });
  expect(tokens?.environment?.['CONSOLE_URL']).toBe('http://localhost:7400');
});

test('the token itself lies where nothing but the one-shot looks', () => {
  const folder = dirname(String(tokens?.environment?.['TOKEN_FILE']));
  const holding = mountsOf(tokens ?? { image: '' }).find(({ target }) => target === folder);
  expect(holding).toBeDefined();
  const who = services.filter(([, service]) =>
    mountsOf(service).some(({ source }) => source === holding?.source),
  );
  expect(who.map(([name]) => name)).toEqual(['tokens']);
});

test('clients know each region by the name of its server', () => {
  const { regions } = parse(text('deploy/compose/regionpilot.yaml')).groups['payments-cache'];
  for (const home of regions) {
    const { environment } = file.services[`clients-${home}`] ?? {};
    const wanted = regions.map((region: string) => `${region}=redis-${region}:6379`).join(',');
    expect(environment).toMatchObject({ REGIONPILOT_HOME: home, REGIONPILOT_REGIONS: wanted });
  }
});

test('Prometheus scrapes every process that serves telemetry, and takes what is pushed', () => {
  const { scrape_configs } = parse(text('deploy/compose/prometheus.yml'));
  const targets = scrape_configs.flatMap(
    ({ static_configs }: { static_configs: readonly { targets: readonly string[] }[] }) =>
      static_configs.flatMap((each) => each.targets),
  );
  const serving = own.filter(([, { command }]) => command?.includes('--telemetry-port=9464'));
  for (const [name] of serving) expect(targets).toContain(`${name}:9464`);
  const { prometheus } = file.services;
  expect(prometheus?.command).toContain('--web.enable-otlp-receiver');
});

test('Grafana finds Prometheus and the dashboards where it was told to look', () => {
  const { grafana, prometheus } = file.services;
  const mounts = mountsOf(grafana ?? { image: '' }).map(({ target }) => target);
  const [provider] = parse(text('grafana/provisioning/dashboards/regionpilot.yaml')).providers;
  expect(mounts).toContain(provider.options.path);
  const [source] = parse(text('grafana/provisioning/datasources/regionpilot.yaml')).datasources;
  const variable = /^\$\{?(\w+)\}?$/.exec(source.url)?.[1] ?? '';
  const port = prometheus?.ports?.[0]?.split(':').at(-1);
  expect(grafana?.environment?.[variable]).toBe(`http://prometheus:${port}`);
  const { global } = parse(text('deploy/compose/prometheus.yml'));
  expect(source.jsonData.timeInterval).toBe(global.scrape_interval);
});

test('no metric is kept twice: what is scraped is not pushed on', () => {
  const { service, receivers } = parse(text('deploy/compose/otel-collector.yaml'));
  const pipelines = Object.values<Record<string, readonly string[]>>(service.pipelines);
  const pushing = pipelines.filter(({ exporters }) => exporters?.includes('otlphttp/prometheus'));
  expect(pushing.map((each) => each['receivers'])).toEqual([['otlp/hosts']]);
  const endpoint = file.services['aggregator-1']?.environment?.['OTEL_EXPORTER_OTLP_ENDPOINT'];
  const port = receivers['otlp/regionpilot'].protocols.http.endpoint.split(':')[1];
  expect(endpoint).toBe(`http://otel-collector:${port}`);
});

/** Paths in `--option=/path`. */
function filesIn({ command = [] }: ComposeService): readonly string[] {
  return command.flatMap((word) => /=(\/.*)$/.exec(word)?.[1] ?? []);
}
