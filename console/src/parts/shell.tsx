// The frame of every page: where one can go, who one is, how the line is; a rail on wide screens, tabs
// at the thumb on narrow ones.

import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { place } from '../io/place.ts';
import { chooseTheme, currentTheme } from '../io/storage.ts';
import { fleet, line, session, signOut } from '../io/store.ts';
import { urgentAlerts } from '../model/fleet.ts';
import { type Place, pathOf } from '../model/route.ts';
import { groupSituation } from '../model/situation.ts';
import { Dialog } from './dialog.tsx';
import { Icon, type IconName, Logo } from './icons.tsx';
import { ToneMark } from './marks.tsx';
import { IconButton, Name } from './text.tsx';

type Stop = { readonly to: Place; readonly name: string; readonly icon: IconName };

const stops: readonly Stop[] = [
  { to: { kind: 'overview' }, name: 'Overview', icon: 'overview' },
  { to: { kind: 'alerts' }, name: 'Alerts', icon: 'alerts' },
  { to: { kind: 'clients', query: '' }, name: 'Clients', icon: 'clients' },
  { to: { kind: 'pipeline' }, name: 'Pipeline', icon: 'pipeline' },
  { to: { kind: 'silences' }, name: 'Silences', icon: 'silences' },
  { to: { kind: 'audit' }, name: 'Audit', icon: 'audit' },
];

export function toggleTheme(): void {
  chooseTheme(currentTheme() === 'dark' ? 'light' : 'dark');
  dispatchEvent(new Event('themechange'));
}

export function Shell(props: {
  banner: VNode;
  onHelp: () => void;
  children: ComponentChildren;
}): VNode {
  const [more, setMore] = useState(false);
  return (
    <>
      <a class="skip" href="#main">
        Skip to the page
      </a>
      <div class="shell">
        <Rail onHelp={props.onHelp} />
        <div class="body">
          <header class="topbar">
            <a class="brand" href="/">
              <Logo />
              RegionPilot
            </a>
            <Lamp />
          </header>
          {props.banner}
          <main id="main" tabIndex={-1}>
            {props.children}
          </main>
        </div>
      </div>
      <Tabs onMore={() => setMore(true)} />
      {more ? <More onClose={() => setMore(false)} onHelp={props.onHelp} /> : null}
    </>
  );
}

function Rail({ onHelp }: { onHelp: () => void }): VNode {
  return (
    <header class="rail">
      <a class="brand" href="/">
        <Logo />
        RegionPilot
      </a>
      <nav aria-label="Pages">
        <div>
          {stops.map((stop) => (
            <NavItem key={stop.name} stop={stop} />
          ))}
        </div>
        <Groups />
      </nav>
      <div class="rail-foot">
        <Lamp />
        <Who />
        <Tools onHelp={onHelp} />
      </div>
    </header>
  );
}

function Groups(): VNode | null {
  const { groups } = fleet.value;
  if (groups.length === 0) return null;
  return (
    <div>
      <div class="nav-title">Groups</div>
      {groups.map((group) => (
        <a
          key={group.group}
          class="nav-item"
          href={pathOf({ kind: 'group', group: group.group })}
          aria-current={here(place.value, group.group) ? 'page' : undefined}
        >
          <ToneMark tone={groupSituation(group).tone} />
          <Name of={group.group} />
        </a>
      ))}
    </div>
  );
}

function here(at: Place, group: string): boolean {
  return 'group' in at && at.group === group;
}

function isCurrent(at: Place, stop: Stop): boolean {
  return at.kind === stop.to.kind || (at.kind === 'alert' && stop.to.kind === 'alerts');
}

function NavItem({ stop }: { stop: Stop }): VNode {
  return (
    <a
      class="nav-item"
      href={pathOf(stop.to)}
      aria-current={isCurrent(place.value, stop) ? 'page' : undefined}
    >
      <Icon name={stop.icon} />
      <span class="name">{stop.name}</span>
      <Waiting stop={stop} />
    </a>
  );
}

/** Alerts that nobody has taken. */
function Waiting({ stop }: { stop: Stop }): VNode | null {
  const n = stop.to.kind === 'alerts' ? urgentAlerts(fleet.value).length : 0;
  return n === 0 ? null : (
    <span class="badge">
      {n}
      <span class="unseen"> waiting</span>
    </span>
  );
}

const lampWords = { connecting: 'Connecting…', open: 'Live', broken: 'Disconnected' } as const;

function Lamp(): VNode {
  return (
    <span class="lamp small" data-line={line.value.kind}>
      {lampWords[line.value.kind]}
    </span>
  );
}

function Who(): VNode | null {
  const is = session.value;
  return is === null ? null : (
    <div class="who small">
      <Name of={is.actor} />
      <div class="tiny quiet">
        {is.scope} · {is.version}
      </div>
    </div>
  );
}

function Tools({ onHelp }: { onHelp: () => void }): VNode {
  return (
    <div class="rail-tools">
      <IconButton icon="theme" label="Light or dark (t)" onPress={toggleTheme} />
      <IconButton icon="help" label="Keys and help (?)" onPress={onHelp} />
      {session.value?.auth === 'token' ? (
        <IconButton icon="leave" label="Forget the token" onPress={() => signOut(null)} />
      ) : null}
    </div>
  );
}

function Tabs({ onMore }: { onMore: () => void }): VNode {
  return (
    <nav class="tabbar" aria-label="Pages">
      {stops.slice(0, 4).map((stop) => (
        <a
          key={stop.name}
          class="tab"
          href={pathOf(stop.to)}
          aria-current={isCurrent(place.value, stop) ? 'page' : undefined}
        >
          <Icon name={stop.icon} />
          {stop.name}
          <Waiting stop={stop} />
        </a>
      ))}
      <button type="button" class="tab" onClick={onMore}>
        <Icon name="more" />
        More
      </button>
    </nav>
  );
}

function More({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }): VNode {
  return (
    <Dialog label="More pages" onClose={onClose}>
      <form method="dialog">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: it only closes behind a link that was followed, by key or pointer. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: the same. */}
        <div onClick={onClose}>
          {stops.slice(4).map((stop) => (
            <NavItem key={stop.name} stop={stop} />
          ))}
          <Groups />
        </div>
        <footer>
          <span class="left">
            <Who />
          </span>
          <Tools onHelp={onHelp} />
          <button type="submit" class="button">
            Close
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
