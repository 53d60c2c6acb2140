//! Since when the data of Redis are complete. A new memory begins when it restarts, with or without old data, when
//! its data are flushed, and when a replica takes its place: earlier entries may be lost, and present ones may be
//! old. One key says which memory this is and when it began, by the clock of Redis.

use std::sync::LazyLock;

use bb8_redis::redis::Script;

/// The name of the key.
pub(super) const KEY: &str = "since";
/// How long the key stays when no node runs.
pub(super) const LIFE_MS: u64 = 30 * 86_400_000;

/// What scripts begin with that need to know it: `KEYS[1]` is the key and `ARGV[1]` the name of the memory; `since()`
/// returns the value of the key, which is unique to one memory, and its time in seconds.
pub(super) const PREAMBLE: &str = r"
local function since()
    local found = redis.call('GET', KEYS[1])
    if not found or string.sub(found, 1, #ARGV[1] + 1) ~= ARGV[1] .. ' ' then
        local time = redis.call('TIME')
        found = ARGV[1] .. ' ' .. time[1] .. ' ' .. time[2]
        redis.call('SET', KEYS[1], found, 'PX', 2592000000)
    end
    local seconds = string.match(string.sub(found, #ARGV[1] + 2), '^%d+')
    return found, tonumber(seconds)
end
";

/// Keeps the key while a node runs, and proves that Redis can be written to. `ARGV`: memory, how long the key
/// stays.
pub(super) static TOUCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!("{PREAMBLE} since() return redis.call('PEXPIRE', KEYS[1], ARGV[2])"))
});
