// TLS and SASL pass through the config to a real broker that insists on both.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Bus, KafkaConfig } from '../../../bus/index.ts';
import { openKafkaBus } from '../../../bus/kafka/index.ts';
import { consumed, followed, newTopic, record, topicSpec } from '../../support/bus.ts';
import { eventually } from '../../support/eventually.ts';
import { type RealKafka, startKafka } from '../../support/kafka.ts';

const kafkaIsHere = inject('kafkaBrokers').length > 0;
const login = 'org.apache.kafka.common.security';
const inOneLine = (pem: string): string => pem.trim().replaceAll('\n', '\\n');

describe.skipIf(!kafkaIsHere)('a broker that wants TLS and a password', () => {
  const folder = mkdtempSync(join(tmpdir(), 'regionpilot-tls-'));
  const opened: Bus[] = [];
  let kafka: RealKafka;
  let ca: string;

  beforeAll(async () => {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const names = 'subjectAltName=IP:127.0.0.1';
    const subject = ['-subj', '/CN=test', '-addext', names];
    const files = ['-nodes', '-keyout', key, '-out', certificate];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-days', '2', ...files, ...subject],
      {
        stdio: 'ignore',
      },
    );
    ca = readFileSync(certificate, 'utf8');
    kafka = await startKafka({
      formatArguments: ['--add-scram', 'SCRAM-SHA-256=[name=agent,password=scrambled]'],
      settings: {
        'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:SASL_SSL',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256',
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'listener.name.plaintext.plain.sasl.jaas.config': `${login}.plain.PlainLoginModule required username="broker" password="inside" user_broker="inside" user_agent="plain secret";`,
        'listener.name.plaintext.scram-sha-256.sasl.jaas.config': `${login}.scram.ScramLoginModule required;`,
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.certificate.chain': inOneLine(ca),
        'ssl.keystore.key': inOneLine(readFileSync(key, 'utf8')),
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.certificates': inOneLine(ca),
      },
    });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()));
  });
  afterAll(async () => {
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const open = (security: Pick<KafkaConfig, 'tls' | 'sasl'>): Bus => {
    const config = { kind: 'kafka', brokers: kafka.brokers, clientId: 'agent' } as const;
    const bus = openKafkaBus({ ...config, ...security, requestTimeoutMs: 2_000 });
    opened.push(bus);
    return bus;
  };

  test.each([
    ['plain', 'plain secret'],
    ['scram-sha-256', 'scrambled'],
  ] as const)(
    'with %s a record goes round: publish, follow, consume',
    async (mechanism, password) => {
      const bus = open({ tls: { ca }, sasl: { mechanism, username: 'agent', password } });
      const topic = await newTopic(bus);
      const [tail, group] = [await followed(bus, topic), await consumed(bus, topic)];
      await bus.publish(topic, [record('a', 'secret')]);
      await eventually(() => expect(tail.texts()).toEqual(['secret']));
      await eventually(() => expect(group.texts()).toEqual(['secret']));
    },
  );

  test('a wrong password is told at once, and not called passing', async () => {
    const sasl = { mechanism: 'plain', username: 'agent', password: 'guess' } as const;
    const asked = open({ tls: { ca }, sasl }).verifyTopics([topicSpec()]);
    await expect(asked).rejects.toMatchObject({ code: 'BUS_UNREACHABLE', retriable: false });
    await expect(asked).rejects.toThrow(/[Aa]uthentication failed/);
  });

  test('a certificate nobody vouches for is refused', async () => {
    const sasl = { mechanism: 'plain', username: 'agent', password: 'plain secret' } as const;
    const asked = open({ tls: true, sasl }).verifyTopics([topicSpec()]);
    await expect(asked).rejects.toThrow(/self.signed certificate/);
  });
});
