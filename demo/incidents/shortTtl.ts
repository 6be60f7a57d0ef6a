import { USUAL_PRICE_TTL_SECONDS } from '#demo/services/pricingService.ts';
import type { Incident } from './incident.ts';

const SHORT_TTL_SECONDS = 5;

/** A release shortens the life of prices; those stored before live out their time, so that it shows over minutes. */
export const shortTtl: Incident = {
  name: 'short-ttl',
  title: `pricing stores prices for ${SHORT_TTL_SECONDS} s instead of ${USUAL_PRICE_TTL_SECONDS} s: hit rate falls, loads rise`,
  start: async ({ shop }) => {
    for (const pricing of shop.pricings) pricing.priceTtlSeconds = SHORT_TTL_SECONDS;
  },
  stop: async ({ shop }) => {
    for (const pricing of shop.pricings) pricing.priceTtlSeconds = USUAL_PRICE_TTL_SECONDS;
  },
};
