import type { PrometheusSettings } from './prometheusSettings.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';

/** The part of the reader of settings that is needed here. */
interface SettingReader {
  readonly problems: string[];
  one<T>(setting: Setting<T>): T | undefined;
  file(setting: Setting<string>): string | null;
}

/** Null = there is none. Files are read again for each request, but one that cannot be read is said at the start. */
export function readPrometheusSettings(reader: SettingReader): PrometheusSettings | null {
  const url = reader.one(settings.prometheus);
  const username = reader.one(settings.prometheusUser) ?? null;
  const secrets = [
    settings.prometheusPassword,
    settings.prometheusPasswordFile,
    settings.prometheusToken,
    settings.prometheusTokenFile,
  ].filter((setting) => reader.one(setting) !== undefined);
  reader.file(settings.prometheusPasswordFile);
  reader.file(settings.prometheusTokenFile);
  const isGiven =
    username !== null || secrets.length > 0 || reader.one(settings.prometheusMatch) !== undefined;
  if (url === undefined) {
    if (isGiven)
      reader.problems.push(
        'Settings of a Prometheus server are given, but not its address; say --prometheus URL',
      );
    return null;
  }
  if (secrets.length > 1)
    reader.problems.push('The Prometheus server has one password or one token, as text or as file; give one');
  const password = reader.one(settings.prometheusPassword) ?? null;
  const passwordFile = reader.one(settings.prometheusPasswordFile) ?? null;
  if ((password !== null || passwordFile !== null) && username === null)
    reader.problems.push('The password of the Prometheus server needs --prometheus-user');
  return Object.freeze({
    access: Object.freeze({
      url,
      username,
      password,
      passwordFile,
      token: reader.one(settings.prometheusToken) ?? null,
      tokenFile: reader.one(settings.prometheusTokenFile) ?? null,
    }),
    matchers: reader.one(settings.prometheusMatch) ?? '',
  });
}
