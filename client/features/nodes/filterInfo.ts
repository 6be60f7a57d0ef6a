import type { InfoSection } from '#shared/snapshot.ts';

/** Sections with the fields whose name, value or section holds every word of the filter; empty sections are left out. */
export function filterInfo(sections: readonly InfoSection[], filter: string): readonly InfoSection[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return sections;
  return sections.flatMap((section) => {
    const fields = section.fields.filter(({ name, value }) => {
      const text = `${section.name} ${name} ${value}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return fields.length === 0 ? [] : [{ ...section, fields }];
  });
}
