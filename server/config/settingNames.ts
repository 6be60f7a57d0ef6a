import type { Setting } from './settings.ts';

export function flagOf({ name }: Setting<unknown>): string {
  return `--${name}`;
}

export function variableOf({ name }: Setting<unknown>): string {
  return `CACHESCOPE_${name.toUpperCase().replaceAll('-', '_')}`;
}

export function fileKeyOf({ name }: Setting<unknown>): string {
  return name.replace(/-(\w)/g, (_hyphen, letter: string) => letter.toUpperCase());
}
