// What the manifests promise to a cluster and to whoever runs one, checked without a cluster.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readAlertsFile } from '../../../alerts/index.ts';
import { parseConfigFile } from '../../../cli/config/parse.ts';
import { settingsFrom } from '../../../cli/config/settings.ts';
import { understand } from '../../support/command-words.ts';

const folder = join(import.meta.dirname, '../../../deploy/kubernetes');
const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

type Labels = Readonly<Record<string, string>>;
type Probe = { readonly httpGet: { readonly path: string; readonly port: string } };
type Container = {
  readonly image: string;
  readonly args?: readonly string[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: object;
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
};
type Pod = {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: object;
  readonly topologySpreadConstraints?: readonly { readonly topologyKey: string }[];
  readonly containers: readonly [Container];
  readonly volumes: readonly {
    readonly name: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string; readonly defaultMode: number };
  }[];
};
type Manifest = {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly automountServiceAccountToken?: boolean;
  readonly spec: {
    readonly replicas?: number;
    readonly strategy?: { readonly rollingUpdate: object };
    readonly selector?: { readonly matchLabels: Labels };
    readonly podSelector?: { readonly matchLabels: Labels };
    readonly policyTypes?: readonly string[];
    readonly maxUnavailable?: number;
    readonly template?: { readonly metadata: { readonly labels: Labels }; readonly spec: Pod };
  };
};

const base = parse(text('kustomization.yaml'));
const manifestsOf = (name: string): readonly Manifest[] =>
  parseAllDocuments(text(name)).map((document) => {
    expect(document.errors, name).toEqual([]);
    return document.toJS() as Manifest;
  });
const all: readonly Manifest[] = base.resources.flatMap(manifestsOf);
const example = manifestsOf('examples/client.yaml');
const withPods = (manifests: readonly Manifest[]): readonly (readonly [string, Manifest, Pod])[] =>
  manifests.flatMap((each) => {
    const pod = each.spec?.template?.spec;
    return pod === undefined ? [] : [[each.metadata.name, each, pod] as const];
  });
const deployments = withPods(all).filter(([, { kind }]) => kind === 'Deployment');

test('the base names every file beside it, and has two of each service', () => {
  const configs = base.configMapGenerator.flatMap(
    (each: { files: readonly string[] }) => each.files,
  );
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  expect(['kustomization.yaml', ...base.resources, ...configs].sort()).toEqual(files.sort());
  expect(deployments.map(([name, { spec }]) => [name, spec.replicas])).toEqual([
    ['aggregator', 2],
    ['alerting', 2],
  ]);
  expect(all.map(({ kind }) => kind)).not.toContain('StatefulSet');
});

describe.each(withPods([...all, ...example]))('the pods of %s', (name, _manifest, pod) => {
  const [container] = pod.containers;

  test('may do nothing that they do not need', () => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 10001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('say what they need and are bounded in memory', () => {
    const { requests, limits } = container.resources;
    expect(Object.keys(requests).sort()).toEqual(['cpu', 'memory']);
    expect(Number.parseInt(limits['memory'] ?? '', 10)).toBeGreaterThan(
      Number.parseInt(requests['memory'] ?? '', 10),
    );
  });

  test('mount exactly the volumes they have, secrets for the group only', () => {
    expect(container.volumeMounts.map((each) => each.name)).toEqual(
      pod.volumes.map((each) => each.name),
    );
    for (const { secret } of pod.volumes) if (secret) expect(secret.defaultMode).toBe(0o440);
    if (name !== 'checkout') {
      for (const mount of container.volumeMounts) expect(mount.readOnly).toBe(true);
    }
  });
});

describe.each(withPods(all))('the command of %s', (_name, _manifest, pod) => {
  const [{ args = [], image, volumeMounts }] = pod.containers;

  test('is one that exists, in the image that the base pins', async () => {
    await expect(understand(args)).resolves.toBeUndefined();
    expect(base.images).toEqual([
      { name: image, newTag: expect.stringMatching(/^\d+\.\d+\.\d+$/) },
    ]);
  });

  test('reads files that are mounted, configs from maps which the base makes', () => {
    for (const path of args.flatMap((word) => /=(\/.*)$/.exec(word)?.[1] ?? [])) {
      const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
      const volume = pod.volumes.find(({ name }) => name === mount?.name);
      if (volume?.secret !== undefined) continue;
      const generator = base.configMapGenerator.find(
        ({ name }: { name: string }) => name === volume?.configMap?.name,
      );
      expect(generator?.files, path).toContain(path.slice((mount?.mountPath.length ?? 0) + 1));
    }
  });

  test('uses the service account that has no token', () => {
    const account = all.find(({ kind }) => kind === 'ServiceAccount');
    expect(pod.serviceAccountName).toBe(account?.metadata.name);
    expect(account?.automountServiceAccountToken).toBe(false);
  });
});

describe.each(deployments)('%s', (name, { spec }, pod) => {
  const [container] = pod.containers;

  test('is asked for its health where it serves it', () => {
    const [port] = container.ports ?? [];
    expect(container.args).toContain(`--telemetry-port=${port?.containerPort}`);
    expect(container.args).toContain('--telemetry-host=0.0.0.0');
    const asked = (probe: Probe | undefined) => [probe?.httpGet.path, probe?.httpGet.port];
    expect(asked(container.startupProbe)).toEqual(['/healthz', port?.name]);
    expect(asked(container.livenessProbe)).toEqual(['/healthz', port?.name]);
    expect(asked(container.readinessProbe)).toEqual(['/readyz', port?.name]);
  });

  test('never has fewer than it should because somebody rolls it out or drains a node', () => {
    expect(spec.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    const budget = all.find(
      ({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === name,
    );
    expect(budget?.spec.maxUnavailable).toBe(1);
    expect(budget?.spec.selector?.matchLabels).toEqual(spec.selector?.matchLabels);
  });

  test('is spread over zones and nodes, and selects its own pods', () => {
    expect(pod.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey)).toEqual([
      'topology.kubernetes.io/zone',
      'kubernetes.io/hostname',
    ]);
    expect(spec.template?.metadata.labels).toMatchObject(spec.selector?.matchLabels ?? {});
    expect(spec.selector?.matchLabels['app.kubernetes.io/component']).toBe(name);
  });
});

test('every pod is behind a network policy that closes both directions', () => {
  const policies = all.filter(({ kind }) => kind === 'NetworkPolicy');
  const closing = policies.find(({ spec }) => spec.policyTypes?.length === 2);
  for (const [, { spec }] of withPods(all)) {
    expect(spec.template?.metadata.labels).toMatchObject(
      closing?.spec.podSelector?.matchLabels ?? { none: 'selected' },
    );
  }
});

test('the console is a service inside the cluster, for namespaces that say so and behind tokens', () => {
  const [name, manifest, pod] = deployments[0] ?? [];
  const matchLabels = manifest?.spec.selector?.matchLabels;
  const [container] = pod?.containers ?? [];
  const port = container?.ports?.find((each) => each.name === 'console');
  expect(container?.args).toContain(`--api-port=${port?.containerPort}`);
  expect(container?.args).toContain('--api-host=0.0.0.0');
  const file = container?.args?.find((word) => word.startsWith('--api-tokens-file='));
  const mount = container?.volumeMounts.find((each) => file?.includes(`=${each.mountPath}/`));
  const volume = pod?.volumes.find((each) => each.name === mount?.name);
  expect(volume?.secret?.secretName).toBe('regionpilot-api');
  // Of one file of a Secret there would never be news.
  expect(mount).not.toHaveProperty('subPath');
  const service = manifestsOf('console.yaml').find(({ kind }) => kind === 'Service');
  expect(service).toMatchObject({
    metadata: { name: 'regionpilot-console' },
    spec: {
      type: 'ClusterIP',
      sessionAffinity: 'ClientIP',
      selector: matchLabels,
      ports: [{ port: port?.containerPort, targetPort: port?.name }],
    },
  });
  const policy = manifestsOf('console.yaml').find(({ kind }) => kind === 'NetworkPolicy');
  expect(policy?.spec).toEqual({
    podSelector: { matchLabels },
    policyTypes: ['Ingress'],
    ingress: [
      {
        from: [{ namespaceSelector: { matchLabels: { 'regionpilot-console': 'allowed' } } }],
        ports: [{ port: port?.containerPort, protocol: 'TCP' }],
      },
    ],
  });
  expect(name).toBe('aggregator');
});

test('the config and the alerts file are accepted, and name only secrets that are mounted', () => {
  const config = parseConfigFile('regionpilot.yaml', text('regionpilot.yaml'));
  expect(settingsFrom({}, {}, config).topics).toMatchObject({
    replication: 3,
    minInsyncReplicas: 2,
  });
  const { warnings } = readAlertsFile('alerts.yaml', text('alerts.yaml'));
  expect(warnings).toEqual([]);
  const [, , alerting] = deployments[1] ?? [];
  const mounts = alerting?.containers[0].volumeMounts.map(({ mountPath }) => mountPath) ?? [];
  const named = [text('regionpilot.yaml'), text('alerts.yaml')]
    .join('\n')
    .match(/\/run\/[^\s,\]}]+/g);
  expect(named).toHaveLength(4);
  for (const path of named ?? []) {
    expect(
      mounts.some((mount) => path.startsWith(`${mount}/`)),
      path,
    ).toBe(true);
  }
});
