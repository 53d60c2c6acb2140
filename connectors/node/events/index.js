'use strict';

const { NatsEvents } = require('./nats.js');
const { RedisEvents } = require('./redis.js');
const { MemorySeen, RedisSeen } = require('./seen.js');
const { Webhooks } = require('./webhooks.js');

module.exports = { MemorySeen, NatsEvents, RedisEvents, RedisSeen, Webhooks };
