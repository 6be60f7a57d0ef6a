import type { Incident } from './incident.ts';

/** A release puts the locale into the keys of products: every product is missed once per locale. */
export const keyFormat: Incident = {
  name: 'key-format',
  title: 'catalog stores products under product:{locale}:{id}: a new pattern, cold, with one copy per locale',
  start: async ({ shop }) => {
    for (const catalog of shop.catalogs) catalog.isLocaleInProductKeys = true;
  },
  stop: async ({ shop }) => {
    for (const catalog of shop.catalogs) catalog.isLocaleInProductKeys = false;
  },
};
