/** Values that must not be in a bundle, gathered from where this run may read them. */
import type { ConfigFile } from '../../config/file.ts';
import { fileSettings } from '../../config/file-settings.ts';
import type { Env, Flags } from '../../config/settings.ts';
import { isSecretName } from '../../redact.ts';
import { loadAlertsWithSecrets } from '../alerts/config-file.ts';
import { readText } from '../files.ts';

export function knownSecrets(flags: Flags, env: Env, config: ConfigFile): readonly string[] {
  const named = fileSettings(config)
    .filter(([path]) => /(password|secret|token|key)s?File$/i.test(path))
    .map(([, file]) => file);
  const files = [
    ...named,
    ...[flags.saslPasswordFile, env['REGIONPILOT_KAFKA_SASL_PASSWORD_FILE']],
  ];
  const inEnv = Object.entries(env).filter(([name]) => isSecretName(name));
  return [
    ...files.flatMap((file) => (file === undefined ? [] : linesOf(file))),
    ...inEnv.flatMap(([, value]) => value ?? []),
    ...alertSecrets(config.doctor?.alertsFile),
  ];
}

/** A file that cannot be read gave nothing away either. */
function linesOf(file: string): readonly string[] {
  try {
    return readText(file)
      .split(/\r?\n/)
      .map((line) => line.trim());
  } catch {
    return [];
  }
}

function alertSecrets(file: string | undefined): readonly string[] {
  try {
    return file === undefined ? [] : [...loadAlertsWithSecrets(file).secrets.values()];
  } catch {
    return [];
  }
}
