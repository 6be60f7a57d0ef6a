/**
 * What can be wrong with a metrics page or the way to it. Those that leave figures out come first; after them those of
 * which the rest of the page is used.
 */
export const scrapeFaults = [
  'unreachable',
  'tls',
  'timeout',
  'addressRefused',
  'credentials',
  'httpStatus',
  'redirect',
  'contentType',
  'encoding',
  'pageTooLarge',
  'notMetrics',
  'tooManySeries',
  'budgetSpent',
  'seriesChange',
  'countersFall',
  'unreadableLines',
  'longLines',
  'invalidUtf8',
  'badValues',
  'duplicateSeries',
  'noCacheMetrics',
] as const;

export type ScrapeFault = (typeof scrapeFaults)[number];
