import replays from './replays.js';

export const { MemoryReplays, RedisReplays } = replays;
