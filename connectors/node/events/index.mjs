import events from './index.js';

export const { MemorySeen, NatsEvents, RedisEvents, RedisSeen, Webhooks } = events;
