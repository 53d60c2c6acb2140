import events from './index.js';

export const { MemorySeen, RedisEvents, RedisSeen, Webhooks } = events;
