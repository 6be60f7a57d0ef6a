import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';

/** What to do about each fault. What is wrong is said by the server; here stands the next step. */
export const faultAdvice: Readonly<Record<ScrapeFault, string>> = {
  unreachable: 'Check that the service runs, and that the Cachescope server may reach this address and port.',
  tls: 'Give the CA of its certificate as "ca", a client certificate as "cert" and "key", or its name as "serverName".',
  timeout: 'Find out why its page is slow: many series, or a metric that is computed when it is asked for.',
  addressRefused: 'If the address is right, allow its range with --metrics-announced.',
  credentials:
    'Give "username" and "passwordFile", or "bearerTokenFile", for this source in the configuration file.',
  httpStatus: 'Check the path of the address; most services answer at /metrics.',
  redirect: 'Name the final address.',
  contentType: 'Check the address: this is another page, or a login in front of the metrics.',
  encoding: 'Let it answer with gzip or plain text.',
  pageTooLarge:
    'Let it serve the metrics of caches at an address of their own, or drop series without bounds.',
  notMetrics: 'Check the address: it does not answer with metrics in the text format of Prometheus.',
  tooManySeries: 'Find the label that has no bounds, such as an id in a pattern, and take it out.',
  budgetSpent: 'Scrape fewer services, or let them use fewer patterns.',
  seriesChange: 'Find the label that never repeats, such as a request id, and take it out.',
  countersFall:
    'Name each instance by an address of its own, not a load balancer; else find out why it restarts.',
  unreadableLines: 'Update the exporter; its page breaks the text format in these lines.',
  longLines: 'Find the label that holds whole values or queries, and take it out.',
  invalidUtf8: 'Let it encode label values as UTF-8.',
  badValues: 'Update the exporter: a counter only rises, from 0.',
  duplicateSeries: 'Look for two caches or registries that share one name.',
  noCacheMetrics:
    'Check that it is the right service and that its cache metrics are on; --help names what else can be mapped.',
};
