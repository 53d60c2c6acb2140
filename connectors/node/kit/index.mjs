import kit from './index.js';

export const {
  Features,
  Health,
  Log,
  MemoryCounters,
  Pages,
  Plans,
  Problem,
  RateLimits,
  RedisCounters,
  Roles,
  current,
  problemOf,
} = kit;
