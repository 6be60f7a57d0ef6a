import type { InfoField, InfoSection } from '#shared/snapshot.ts';

/** Name of the section that holds fields before the first heading, which some proxies leave out. */
const UNNAMED_SECTION = 'Unnamed';

/** Bounds against a reply that is not INFO at all. A full INFO of 8.x has about 40 sections' worth of 700 fields. */
const MAX_FIELDS = 20_000;

/**
 * INFO as Redis spelt it: sections in order, every field kept whether we know it or not. Lines without a colon are
 * dropped. A section that appears twice is kept twice. Never throws.
 */
export function parseInfo(text: string): InfoSection[] {
  const sections: { name: string; fields: InfoField[] }[] = [];
  let fieldCount = 0;
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (line.startsWith('#')) {
      sections.push({ name: line.slice(1).trim(), fields: [] });
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    if (sections.length === 0) sections.push({ name: UNNAMED_SECTION, fields: [] });
    sections.at(-1)?.fields.push({ name: line.slice(0, colon), value: line.slice(colon + 1) });
    fieldCount += 1;
    if (fieldCount >= MAX_FIELDS) break;
  }
  return sections;
}

/** Fields by name over all sections; the first of a name counts. */
export function infoFields(sections: readonly InfoSection[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const section of sections) {
    for (const { name, value } of section.fields) if (!fields.has(name)) fields.set(name, value);
  }
  return fields;
}

/** A field as a number; null when it is absent or is not a finite number. */
export function infoNumber(fields: ReadonlyMap<string, string>, name: string): number | null {
  const text = fields.get(name)?.trim();
  if (text === undefined || text === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Parts of a composed field such as `db0:keys=3,expires=1`; empty when it is absent. */
export function infoParts(fields: ReadonlyMap<string, string>, name: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of (fields.get(name) ?? '').split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals), part.slice(equals + 1));
  }
  return parts;
}
