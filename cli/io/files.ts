// Files a run is told of: text, and the settings they make up together with flags and environment.

import type { ConfigFile } from '../config/file.ts';
import { parseConfigFile } from '../config/parse.ts';
import { type Flags, type Settings, settingsFrom } from '../config/settings.ts';
import { underContext } from '../context/contexts.ts';
import { currentContext } from './contexts-file.ts';
import type { Session } from './session.ts';
import { readText } from './text-files.ts';

export { fileExists, readText, unreadable } from './text-files.ts';

/** @throws {PipelineError} CONFIG_INVALID, FILE_UNREADABLE. */
export function loadSettings(flags: Flags, session: Session): Settings {
  return settingsFrom(flags, session.env, loadConfig(flags, session));
}

/** The config file under the context that counts, if there is one. */
export function loadConfig(flags: Flags, { env }: Session): ConfigFile {
  const current = currentContext(flags.context, env);
  const config = flags.config ?? current?.context.config;
  const file = config === undefined ? {} : parseConfigFile(config, readText(config));
  return current === null ? file : underContext(current.context, file);
}
