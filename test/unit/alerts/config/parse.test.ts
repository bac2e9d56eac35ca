import { readFileSync } from 'node:fs';
import { PipelineError } from '@regionpilot/protocol';
import { describe, expect, test } from 'vitest';
import {
  alertingConfig,
  parseAlertsFile,
  readAlertsFile,
} from '../../../../alerts/config/parse.ts';
import { shippedRules } from '../../../../alerts/rules/shipped.ts';

/** Each problem line without the file's name. */
function problemsIn(text: string): readonly string[] {
  try {
    parseAlertsFile('alerts.yaml', text);
    return [];
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.retriable).toBe(false);
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace('alerts.yaml:', ''));
  }
}

const pager = `
receivers:
  oncall: { kind: pagerduty, routingKeyFile: /run/secrets/pd }
`;

describe('a file', () => {
  test('with ten mistakes has ten lines, each with its place', () => {
    const text = `deploymnt: prod
startDelay: 5
receivers:
  oncall:
    kind: pagerduty
    routingKeyFle: /run/secrets/pd
  hook: { kind: webhok, url: https://example.com }
  mail: { kind: email, host: smtp.example.com, from: sre@example.com, to: [nobody] }
route:
  receivers: [oncal]
  routes:
    - match: ['severity:page']
      groupWait: 2x
rules:
  regionSuspect: { severity: wake }
objectives: { default: 0.9 }
`;
    const lines = problemsIn(text);
    expect(lines).toEqual([
      '1:1 deploymnt: no such field; did you mean deployment?',
      '2:1 startDelay: got 5, wanted a duration such as 30s or 1h30m, from 0s to 10m; say the unit: 5s or 5ms?',
      '4:3 receivers.oncall.routingKeyFile: got nothing, wanted a file name',
      '6:5 receivers.oncall.routingKeyFle: no such field; did you mean routingKeyFile?',
      '7:11 receivers.hook.kind: got "webhok", wanted one of pagerduty, webhook, slack, alertmanager, email; did you mean webhook?',
      '8:76 receivers.mail.to.0: got "nobody", wanted a mail address such as sre@example.com',
      '10:15 route.receivers.0: got "oncal", wanted one of oncall, hook, mail; did you mean oncall?',
      '12:15 route.routes.0.match.0: got "severity:page", wanted a matcher (expected LABEL=VALUE, with =, !=, =~ or !~)',
      '13:7 route.routes.0.groupWait: got "2x", wanted a duration such as 30s or 1h30m, from 0s to 1h',
      '15:20 rules.regionSuspect.severity: got "wake", wanted one of page, ticket, info',
      '16:15 objectives.default: got 0.9, wanted more than 0.9306: below it errorBudgetBurnFast (14.4 times) can never fire',
    ]);
  });

  test('scenario 41: a bad new config is refused with line and field, as text and as data', () => {
    const text = `${pager}route:\n  receivers: [oncall]\n  groupInterval: 5h\n`;
    expect(() => parseAlertsFile('alerts.yaml', text)).toThrow(
      'alerts.yaml:6:3 route.groupInterval: got "5h", wanted groupInterval (18000s) at most repeatInterval (14400s)',
    );
    try {
      parseAlertsFile('alerts.yaml', text);
    } catch (error) {
      expect((error as PipelineError).details['problems']).toEqual([
        expect.objectContaining({ path: 'route.groupInterval', line: 6, column: 3, value: '"5h"' }),
      ]);
    }
  });

  test('that is empty has every default', () => {
    expect(parseAlertsFile('alerts.yaml', '')).toEqual(alertingConfig({}));
  });

  test('may be JSON', () => {
    const config = parseAlertsFile(
      'a.json',
      '{"receivers":{"chat":{"kind":"slack","urlFile":"/s"}}}',
    );
    expect(config.receivers[0]).toMatchObject({ name: 'chat', kind: 'slack', urlFile: '/s' });
  });

  test('may name things with dots, and each problem still finds its line', () => {
    const text = 'receivers:\n  on.call:\n    kind: slack\n    urlFile: /s\n    tmeout: 3s\n';
    expect(problemsIn(text)).toEqual([
      '5:5 receivers.on.call.tmeout: no such field; did you mean timeout?',
    ]);
  });

  test('the full example parses without a warning', () => {
    const text = readFileSync('docs/examples/alerts.yaml', 'utf8');
    const { config, warnings } = readAlertsFile('alerts.yaml', text);
    expect(warnings).toEqual([]);
    expect(config.receivers.map(({ name }) => name)).toEqual([
      'oncall',
      'tickets',
      'chat',
      'fleet',
      'mail',
      'deadman',
    ]);
  });
});

describe('secrets', () => {
  test.each([
    ['a: { kind: pagerduty, routingKey: R0123456789abcdef0123456789abcde }', 'routingKeyFile'],
    ['a: { kind: pagerduty, integration_key: R0123456789abcdef0123456789 }', 'routingKeyFile'],
    ['a: { kind: webhook, url: "https://x.example", secret: whsec_abc }', 'secretFiles'],
    ['a: { kind: slack, url: "https://hooks.slack.com/services/T/B/xyz" }', 'urlFile'],
    ['a: { kind: email, host: h, from: a@b, to: [a@b], password: hunter2 }', 'passwordFile'],
  ])('written into the file are refused and not repeated: %s', (receiver, field) => {
    const lines = problemsIn(`receivers:\n  ${receiver}\n`).join('\n');
    expect(lines).toContain(`no such field; secrets are named by file: ${field}`);
    for (const secret of ['0123456789', 'whsec_', 'T/B/xyz', 'hunter2']) {
      expect(lines).not.toContain(secret);
    }
  });

  test.each([
    'a: { kind: pagerduty, routingKeyFile: R0123456789abcdef0123456789abcde }',
    'a: { kind: webhook, url: "https://x.example", secretFiles: [whsec_MfKQ9r8G] }',
    'a: { kind: slack, urlFile: "https://hooks.slack.com/services/T/B/xyz" }',
  ])('pasted where their file belongs are not repeated: %s', (receiver) => {
    const [line = ''] = problemsIn(`receivers:\n  ${receiver}\n`);
    expect(line).toContain('got (not shown), wanted the name of a file that holds the secret');
  });

  test.each([
    'a: { kind: webhook, url: "https://x.example", secretFiles: whsec_hunter2 }',
    'a: { kind: pagerduty, routingKeyFile: [hunter2] }',
    'a: { kind: slack, urlFile: { hunter2: 1 } }',
    `a: { kind: webhook, url: "https://x.example/hunter2${'x'.repeat(2_100)}" }`,
  ])('in the wrong shape are not repeated either: %s', (receiver) => {
    const lines = problemsIn(`receivers:\n  ${receiver}\n`);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('hunter2');
  });

  test.each([
    'receivers: { a: { kind: slack, urlFile: "x" "hunter2" } }',
    'receivers:\n  a: "x": hunter2\n',
    'receivers:\n  a: { b: c } hunter2\n',
    'receivers:\n  a: |9hunter2\n',
    'receivers:\n\ta: hunter2\n',
    'receivers: "\\xhunter2"',
    '} hunter2',
    'receivers: `hunter2`',
    'receivers: @hunter2',
    '%hunter2 x\n---\n',
  ])('next to broken YAML are not repeated: %s', (text) => {
    const lines = problemsIn(text);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('in a URL are refused and not repeated', () => {
    const [line] = problemsIn(
      'receivers:\n  a: { kind: webhook, url: "https://me:hunter2@x.example" }\n',
    );
    expect(line).toBe(
      '2:23 receivers.a.url: got (not shown), wanted a URL without user and password',
    );
  });

  test('a broken line of YAML is not repeated either', () => {
    const [line = ''] = problemsIn('receivers:\n  a: { kind: slack, urlFile: "hunter2\n');
    expect(line).toContain('neither YAML nor JSON');
    expect(line).not.toContain('hunter2');
  });
});

describe('addresses', () => {
  test.each([
    ['http://hooks.example.com', 'wanted https://…'],
    ['ftp://hooks.example.com', 'wanted https://…'],
    ['not a url', 'wanted a URL such as'],
    ['http://127.0.0.1:9000/', 'or the range in allow: ["127.0.0.0/8"]'],
    ['https://10.1.2.3/hook', 'or the range in allow: ["10.0.0.0/8"]'],
    ['https://169.254.169.254/latest', 'or the range in allow: ["169.254.0.0/16"]'],
  ])('a webhook to %s is refused', (url, why) => {
    expect(problemsIn(`receivers:\n  a: { kind: webhook, url: "${url}" }\n`)).toEqual([
      expect.stringContaining(why),
    ]);
  });

  test.each([
    ['http://127.0.0.1:9000/', '127.0.0.0/8'],
    ['https://10.1.2.3/hook', '10.0.0.0/8'],
    ['http://hooks.internal/hook', 'fd00::/8'],
  ])('a webhook to %s is fine with allow %s', (url, allow) => {
    const text = `receivers:\n  a: { kind: webhook, url: "${url}", allow: ["${allow}"] }\n`;
    expect(problemsIn(text)).toEqual([]);
  });

  test.each(['10.0.0.0', '10.0.0.0/33', '300.0.0.0/8', 'fd00::/129', 'anything'])(
    '%s is no range',
    (allow) => {
      const text = `receivers:\n  a: { kind: webhook, url: "https://x.example", allow: ["${allow}"] }\n`;
      expect(problemsIn(text)).toEqual([expect.stringContaining('wanted an address range')]);
    },
  );

  test('a mail address brings no header lines along', () => {
    const text = 'receivers:\n  a: { kind: email, host: h, from: "a@b.c\\nBcc: x@y.z", to: [] }\n';
    expect(problemsIn(text)).toHaveLength(2);
  });
});

describe('sense', () => {
  test.each([
    ['heartbeat: { receiver: nobody }', 'heartbeat.receiver: got "nobody", wanted one of oncall'],
    ['probe: { every: 1m }', 'probe.receiver: got nothing'],
    ['route: { receivers: [] }', 'route.receivers: got [], wanted at least one receiver'],
    ['route: { match: [a=b] }', 'route.match: got ["a=b"], wanted nothing here'],
    ['inhibit: [{ source: [], target: [a=b] }]', 'inhibit.0.source: got [], wanted at least one'],
    ['route: { routes: [{ match: [\'a=~"("\'] }] }', 'route.routes.0.match.0: got'],
    ['rules: { regionSuspct: { for: 5m } }', 'or did you mean the shipped rule regionSuspect?'],
    ['rules: { regionDown: { when: { above: 1 } } }', 'rules.regionDown.when'],
    ['rules: { regionDown: { summary: "{{ labels.x | shuffle }}" } }', 'a Liquid template'],
    ['rules: { regionDown: { summary: "{% if" } }', 'rules.regionDown.summary'],
    ['rules: { regionDown: { only: [grop=a] } }', 'did you mean group?'],
    [
      'rules: { failoverFailed: { when: { above: 1, until: 2 } } }',
      'rules.failoverFailed.when.until',
    ],
    ['objectives: { default: 99.9 }', 'did you mean 0.999?'],
    ['deployment: "a b"', 'deployment: got "a b", wanted a name'],
    [`deployment: ${'x'.repeat(129)}`, 'wanted text of at most 128 characters'],
  ])('%s', (text, problem) => {
    expect(problemsIn(`${pager}${text}\n`).join('\n')).toContain(problem);
  });

  test('a rule that asks for more than every call failing can never fire', () => {
    const when = '{ objective: 0.9, burnRate: [{ long: 1h, short: 5m, burn: 14.4 }] }';
    const rule = `{ signal: groupErrors, severity: page, summary: x, when: ${when} }`;
    expect(problemsIn(`rules:\n  mine: ${rule}\n`)).toEqual([
      expect.stringContaining('rules.mine.when.burnRate.0.burn: got 14.4, wanted less than 10'),
    ]);
  });

  test('one section that is wrong hides nothing of another', () => {
    const lines = problemsIn('receivers: 3\nroute: 4\ninhibit: 5\nrules: 6\nobjectives: 7\n');
    expect(lines.map((line) => line.split(':')[0])).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('warnings', () => {
  test('an unused receiver, a shared heartbeat and an unsigned webhook are said, not refused', () => {
    const { warnings } = readAlertsFile(
      'a.yaml',
      `${pager}  spare: { kind: webhook, url: "https://x.example" }
heartbeat: { receiver: oncall }
route: { receivers: [oncall] }
`,
    );
    expect(warnings).toEqual([
      'a.yaml:4:3 receivers.spare: no route, heartbeat or probe names this receiver',
      'a.yaml:5:14 heartbeat.receiver: oncall is paged too: who misses us when we fall silent should be somebody else',
      'a.yaml:4:3 receivers.spare: unsigned: without secretFiles the other side cannot tell who posts',
    ]);
  });

  test('no receivers at all: nobody is told, and that is said', () => {
    expect(readAlertsFile('a.yaml', '').warnings).toEqual([
      expect.stringContaining('nobody is told'),
    ]);
  });
});

describe('laying over', () => {
  test('a shipped rule keeps what the file does not say', () => {
    const shipped = shippedRules.find(({ name }) => name === 'regionSuspect');
    const { rules } = parseAlertsFile('a', 'rules: { regionSuspect: { for: 7m, severity: page } }');
    const laid = rules.find(({ name }) => name === 'regionSuspect');
    expect(laid).toEqual({ ...shipped, forMs: 420_000, severity: 'page' });
    expect(rules).toHaveLength(shippedRules.length);
  });

  test('a rule that is off is gone, a new one is there', () => {
    const { rules } = alertingConfig({
      rules: {
        regionSuspect: { off: true },
        mine: { signal: 'tilt', when: { above: 0 }, severity: 'info', summary: 'tilted' },
      },
    });
    const names = rules.map(({ name }) => name);
    expect(names).not.toContain('regionSuspect');
    expect(names.at(-1)).toBe('mine');
  });

  test('a group with its own objective has burn rules of its own, and no others', () => {
    const { rules } = alertingConfig({ objectives: { default: 0.995, cache: 0.9999 } });
    const burning = rules.filter(({ name }) => name.startsWith('errorBudgetBurnFast'));
    expect(burning.map(({ name }) => name)).toEqual([
      'errorBudgetBurnFast',
      'errorBudgetBurnFast.cache',
    ]);
    expect(burning.map(({ only }) => only)).toEqual([
      [{ label: 'group', op: '!=', value: 'cache' }],
      [{ label: 'group', op: '=', value: 'cache' }],
    ]);
    expect(burning.map(({ when }) => when)).toEqual([
      expect.objectContaining({ objective: 0.995 }),
      expect.objectContaining({ objective: 0.9999 }),
    ]);
  });

  test('a child route takes over what it does not say', () => {
    const { route } = alertingConfig({
      receivers: { a: { kind: 'slack', urlFile: '/a' }, b: { kind: 'slack', urlFile: '/b' } },
      route: {
        receivers: ['a'],
        groupBy: ['group'],
        groupWait: '10s',
        routes: [
          { match: ['x=y'], continue: true, repeatInterval: '1h', routes: [{ receivers: ['b'] }] },
        ],
      },
    });
    const [child] = route.routes;
    expect(child).toMatchObject({
      receivers: ['a'],
      groupBy: ['group'],
      groupWaitMs: 10_000,
      repeatIntervalMs: 3_600_000,
    });
    expect(child?.routes[0]).toMatchObject({
      match: [],
      continue: false,
      receivers: ['b'],
      groupWaitMs: 10_000,
      repeatIntervalMs: 3_600_000,
    });
  });
});

test('a program is told the same, without lines', () => {
  expect(() => alertingConfig({ route: { receivers: ['nobody'] } })).toThrow(
    'alerting config route.receivers.0: got "nobody", wanted a receiver, but none is there',
  );
});
