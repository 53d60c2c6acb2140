'use strict';

const { RedisEvents } = require('./redis.js');
const { MemorySeen, RedisSeen } = require('./seen.js');
const { Webhooks } = require('./webhooks.js');

module.exports = { MemorySeen, RedisEvents, RedisSeen, Webhooks };
