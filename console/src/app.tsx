// The page as a whole: signed in or not, which page, the banner above it, the keys.

import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { listenToKeys } from './io/keys.ts';
import { goTo, place } from './io/place.ts';
import { access, fleet } from './io/store.ts';
import type { Place } from './model/route.ts';
import { AlertPage } from './pages/alert.tsx';
import { AlertsPage } from './pages/alerts.tsx';
import { AuditPage } from './pages/audit.tsx';
import { ClientsPage } from './pages/clients.tsx';
import { GroupPage } from './pages/group.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PipelinePage } from './pages/pipeline.tsx';
import { PolicyPage } from './pages/policy.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SilencesPage } from './pages/silences.tsx';
import { Announcer, Banner, TabTitle } from './parts/banner.tsx';
import { Help } from './parts/help.tsx';
import { Shell, toggleTheme } from './parts/shell.tsx';
import { PageHead } from './parts/text.tsx';

export function App(): VNode {
  const [help, setHelp] = useState(false);
  useEffect(
    () =>
      listenToKeys((action) => {
        if (action.kind === 'help') return setHelp(true);
        if (action.kind === 'theme') return toggleTheme();
        if (action.kind === 'go') return goTo(action.place);
        const group = fleet.value.groups[action.index];
        return group === undefined ? undefined : goTo({ kind: 'group', group: group.group });
      }),
    [],
  );
  if (access.value.kind === 'signedOut') return <SignInPage why={access.value.why} />;
  return (
    <>
      <TabTitle />
      <Shell banner={<Banner />} onHelp={() => setHelp(true)}>
        <Page at={place.value} />
      </Shell>
      <Announcer />
      {help ? <Help onClose={() => setHelp(false)} /> : null}
    </>
  );
}

function Page({ at }: { at: Place }): VNode {
  switch (at.kind) {
    case 'overview':
      return <OverviewPage />;
    case 'group':
      return <GroupPage key={at.group} group={at.group} atMs={null} entry={null} />;
    case 'moment':
      return <GroupPage key={at.group} group={at.group} atMs={at.atMs} entry={null} />;
    case 'entry':
      return <GroupPage key={at.group} group={at.group} atMs={null} entry={at.id} />;
    case 'incident':
      return <IncidentPage key={at.id} id={at.id} />;
    case 'clients':
      return <ClientsPage query={at.query} />;
    case 'alerts':
      return <AlertsPage />;
    case 'alert':
      return <AlertPage key={at.fingerprint} fingerprint={at.fingerprint} />;
    case 'silences':
      return <SilencesPage />;
    case 'pipeline':
      return <PipelinePage />;
    case 'audit':
      return <AuditPage />;
    case 'policy':
      return <PolicyPage key={at.group} group={at.group} />;
    case 'nowhere':
      return (
        <PageHead
          title="There is no such page"
          sub={
            <a class="link" href="/">
              Go to the overview
            </a>
          }
        />
      );
  }
}
