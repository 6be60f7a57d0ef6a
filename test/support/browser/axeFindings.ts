import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds wrong with a page as it stands, by all of its rules or by these: each rule that is broken, and where first. */
export async function axeFindings(
  page: Page,
  rules: readonly string[] | null = null,
): Promise<readonly string[]> {
  // In the page itself, and of violations alone: half the time of axe's defaults.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true);
  const { violations } = await (rules === null ? axe : axe.withRules([...rules])).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
