'use strict';

const { MemoryCounters, RedisCounters } = require('./counters.js');
const { current } = require('./current.js');
const { Features } = require('./features.js');
const { Health } = require('./health.js');
const { Log } = require('./log.js');
const { Pages } = require('./pages.js');
const { Plans } = require('./plans.js');
const { Problem, problemOf } = require('./problem.js');
const { RateLimits } = require('./rate-limit.js');
const { Roles } = require('./roles.js');

module.exports = {
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
};
