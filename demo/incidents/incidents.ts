import { badEvents } from './badEvents.ts';
import type { Incident } from './incident.ts';
import { keyFormat } from './keyFormat.ts';
import { partition } from './partition.ts';
import { redisHang } from './redisHang.ts';
import { redisSlow } from './redisSlow.ts';
import { redisStop } from './redisStop.ts';
import { shortTtl } from './shortTtl.ts';
import { sourceSlow } from './sourceSlow.ts';
import { subscribersCut } from './subscribersCut.ts';

/** All that can go wrong in the demo, in the order of its list. */
export const incidents: readonly Incident[] = [
  keyFormat,
  shortTtl,
  sourceSlow,
  redisStop,
  redisHang,
  redisSlow,
  partition,
  subscribersCut,
  badEvents,
];
