/** Every page, as screenshots and the accessibility test visit them. Patterns and tags are the demo's. */
export const pages = [
  { name: 'overview', path: '/' },
  { name: 'patterns', path: '/patterns' },
  { name: 'pattern', path: '/pattern?pattern=catalog%3Aproduct%3A%7Bid%7D' },
  { name: 'ttl', path: '/ttl' },
  { name: 'tags', path: '/tags' },
  { name: 'tag', path: '/tag?layout=simple&tagKey=catalog%3Atag%3Acategory%3Aelectronics' },
  { name: 'keys', path: '/keys?pattern=catalog%3Aproduct%3A%7Bid%7D' },
  { name: 'purge', path: '/purge' },
  { name: 'sources', path: '/sources' },
  { name: 'resilience', path: '/resilience' },
  { name: 'warming', path: '/warming' },
  { name: 'invalidation', path: '/invalidation' },
  { name: 'nodes', path: '/nodes' },
  { name: 'audit', path: '/audit' },
  { name: 'users', path: '/users' },
] as const;

export const themes = ['dark', 'light'] as const;

export const sizes = [
  { name: 'wide', viewport: { width: 1440, height: 900 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
] as const;
