export { MemoryReplays, RedisReplays } from './replays.js';
