const MARKER = '\0tags\0';

/** Real libraries that invalidate the tag `users` by a mark, and where it stands. */
export const markPrograms = [
  { id: 'bentocache', file: 'bentocache.mjs', option: 'l2', tagKey: 'bento:___bc:t:users' },
  { id: 'bentocache', file: 'bentocache.mjs', option: 'bus', tagKey: 'bento:___bc:t:users' },
  { id: 'cacheable', file: 'cacheable.mjs', option: '', tagKey: '--cacheable--tags--:default:tag:users' },
  {
    ...{ id: 'cacheable', file: 'cacheable.mjs', option: 'app' },
    tagKey: 'app::--cacheable--tags--:default:tag:users',
  },
  {
    ...{ id: 'symfonyTagAware', file: 'symfony.php', option: 'tagAware' },
    tagKey: `shop:pRyc7F6gAb:users${MARKER}`,
  },
  { id: 'layeredLoader', file: 'layeredLoader.mjs', option: '', tagKey: 'shop:group-index:users' },
  { id: 'layeredLoader', file: 'layeredLoader.mjs', option: '90000000', tagKey: 'shop:group-index:users' },
] as const;
