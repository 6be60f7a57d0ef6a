import type { Setting } from '../setting.ts';
import { settings } from '../settings.ts';
import type { WarmHookAddress } from './parseWarmHook.ts';

/** A hook, and how to be let in. */
export interface WarmHookSettings extends WarmHookAddress {
  readonly secret: string | null;
  readonly secretFile: string | null;
}

/** The part of the reader of settings that is needed here. */
interface SettingReader {
  readonly problems: string[];
  one<T>(setting: Setting<T>): T | undefined;
  all<T>(setting: Setting<T>): readonly T[];
  file(setting: Setting<string>): string | null;
}

/** The file is read again for each request, but one that cannot be read is said at the start. */
export function readWarmHooks(reader: SettingReader): readonly WarmHookSettings[] {
  const hooks = reader.all(settings.warmHook);
  const secret = reader.one(settings.warmHookSecret) ?? null;
  const secretFile = reader.one(settings.warmHookSecretFile) ?? null;
  reader.file(settings.warmHookSecretFile);
  if (secret !== null && secretFile !== null)
    reader.problems.push('The token of warm hooks is given both as text and as file; give one');
  if (hooks.length === 0 && (secret !== null || secretFile !== null))
    reader.problems.push('A token of warm hooks is given, but no hook; say --warm-hook PREFIX=URL');
  const prefixes = hooks.map(({ prefix }) => prefix);
  const twice = prefixes.find((prefix, at) => prefixes.indexOf(prefix) !== at);
  if (twice !== undefined)
    reader.problems.push(`--warm-hook says twice where keys that begin with "${twice}" are loaded; give one`);
  return hooks.map((hook) => Object.freeze({ ...hook, secret, secretFile }));
}
