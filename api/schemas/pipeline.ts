// Shapes of the machinery, of who is asking, of settings, audit and the demo.

import Type, { type TSchema } from 'typebox';
import { scopes } from '../contract/session.ts';
import { anything, count, flag, list, ms, number, oneOf, orNull, page, text } from './common.ts';

const decider = Type.Object(
  {
    partition: count('Partition of `partials`.'),
    owner: text('The instance.'),
    heartbeatAgeMs: count('Age of its newest heartbeat, ms.'),
    stale: flag('It is silent for too long.'),
    groups: count('Groups it answers for.'),
  },
  { title: 'Decider', description: 'Who decides.' },
);

const folder = Type.Object(
  {
    partition: count('Partition of `events`.'),
    owner: text('The instance.'),
    warm: flag('It has seen a whole window.'),
    lagRecords: count('Records behind the end.'),
    delayMs: count("Behind the log's clock, ms."),
    rowsPerSecond: number('Events folded per second.'),
    duplicates: count('Batches that came again.'),
    rejected: count('Records that could not be read.'),
    gaps: count('Batches that never came.'),
    declaredDrops: count('Events agents say they dropped.'),
    late: count('Batches too old to count.'),
    clamped: count('Stamps moved to the nearest bound.'),
  },
  { title: 'Folder', description: 'Who folds events.' },
);

const receiver = Type.Object(
  {
    receiver: text('The receiver.'),
    delivered: count('Notices delivered in the last 24 h.'),
    failed: count('Notices given up in the last 24 h.'),
    waiting: count('Notices not delivered yet.'),
    lastError: orNull(Type.String(), 'What it said last; null: nothing bad.'),
  },
  { title: 'ReceiverState', description: 'Who is told.' },
);

export const pipelineState: TSchema = Type.Object(
  {
    asOfMs: ms('When this was said.'),
    bus: Type.Object(
      {
        kind: oneOf(['kafka', 'embedded'], 'Which log.'),
        ok: flag('It can be reached.'),
        text: text('More.'),
      },
      { description: 'The event log.' },
    ),
    deciders: list(decider, 'One per partition of `partials`.'),
    folders: list(folder, 'One per partition of `events`.'),
    alerting: list(
      Type.Object(
        { partition: count('Partition of `alerts`.'), owner: text('The instance.') },
        { title: 'AlertingOwner', description: 'Who alerts.' },
      ),
      'One per partition of `alerts`.',
    ),
    receivers: list(receiver, 'By name.'),
    followers: Type.Object(
      { live: count('Of the live stream.'), relay: count('Of the decision relay.') },
      { description: "Listeners of this instance's own streams." },
    ),
  },
  { title: 'PipelineState', description: 'How the machinery itself is doing.' },
);

export const sessionInfo: TSchema = Type.Object(
  {
    actor: text('The name that goes into audit records.'),
    scope: oneOf(scopes, 'What this access may do; each may all that those before it may.'),
    auth: oneOf(['none', 'token', 'oidc', 'mtls'], 'How it was shown.'),
    expiresMs: orNull(Type.Integer(), 'When this access ends; ms since 1970.'),
    version: text('Of RegionPilot.'),
    instance: text('That answers.'),
    features: Type.Object(
      { demo: flag('There are regions to break.'), policyWrites: flag('Policies can be changed.') },
      { description: 'Parts that exist only here.' },
    ),
    grafanaUrl: orNull(Type.String(), 'Where Grafana is; null: nowhere.'),
    nowMs: ms('Now, here.'),
  },
  { title: 'SessionInfo', description: 'Who is asking and what they may do.' },
);

export const policyView: TSchema = Type.Object(
  {
    group: text('The group.'),
    settings: list(
      Type.Object(
        {
          name: text('Its name.'),
          value: anything('Its value.'),
          default: anything('Its default.'),
          origin: oneOf(['default', 'config', 'order'], 'Where the value comes from.'),
          meaning: text('What it means.'),
          live: flag('It may be changed while running.'),
        },
        { title: 'PolicySetting', description: 'One setting.' },
      ),
      'Every setting.',
    ),
  },
  { title: 'PolicyView', description: 'The numbers judgements rest on.' },
);

const auditEntry = Type.Object(
  {
    id: text('Its id.'),
    atMs: ms('When.'),
    actor: text('Who.'),
    auth: text('How they showed who they are.'),
    action: text('What they did.'),
    target: text('To what.'),
    reason: text('Why.'),
    before: anything('The thing before; null: there was none.'),
    after: anything('The thing after; null: there is none.'),
    requestId: text('The request, as in the log.'),
  },
  { title: 'AuditEntry', description: "A person's write." },
);
export const auditPage: TSchema = page('AuditPage', auditEntry);

export const demoState: TSchema = Type.Object(
  {
    regions: list(
      Type.Object(
        {
          region: text('The region.'),
          fault: orNull(Type.String(), 'What is broken; null: nothing.'),
        },
        { title: 'DemoRegion', description: 'A region to break.' },
      ),
      'By name.',
    ),
    faults: list(
      Type.Object(
        { fault: text('Its name.'), meaning: text('What it does.') },
        { title: 'DemoFault', description: 'A way to break a region.' },
      ),
      'Ways to break one.',
    ),
    clients: count('Simulated clients.'),
    commands: Type.Object(
      {
        sent: count('So far.'),
        failed: count('Of those.'),
        waiting: count('Clients whose command waits longer than usual.'),
        perSecond: number('Now.'),
      },
      { description: 'What clients do.' },
    ),
  },
  { title: 'DemoState', description: 'The simulated world.' },
);
