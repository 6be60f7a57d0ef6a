import { parseAllowedHost, parseKeyCount, parseListenHost, parsePort, parseSwitch } from '../parseSetting.ts';
import { plain } from '../setting.ts';

/** Where the page is served, to whom, and who has to agree. */
export const accessSettings = {
  port: {
    ...plain,
    name: 'port',
    argument: 'N',
    help: 'Port of the page; 0 = any free one',
    parse: parsePort,
    shownDefault: '7676',
  },
  host: {
    ...plain,
    name: 'host',
    argument: 'ADDR',
    help: 'Address to listen on; others than loopback need --login',
    parse: parseListenHost,
    shownDefault: '127.0.0.1',
  },
  allowedHost: {
    ...plain,
    name: 'allowed-host',
    argument: 'NAME',
    help: 'Name besides loopback that browsers may address the page by',
    parse: parseAllowedHost,
    isRepeatable: true,
  },
  login: {
    ...plain,
    name: 'login',
    argument: null,
    help: 'People have to log in; the first start prints a token for the first admin',
    parse: parseSwitch,
  },
  plainHttp: {
    ...plain,
    name: 'plain-http',
    argument: null,
    help: 'Accept logins over plain HTTP from other machines, where passwords can be read on the way',
    parse: parseSwitch,
  },
  secondApproverAbove: {
    ...plain,
    name: 'second-approver-above',
    argument: 'N',
    help: 'A plan of more than N keys starts only once another operator or admin has approved it; 0 = every plan; needs --login',
    parse: parseKeyCount,
  },
};
