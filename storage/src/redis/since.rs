//! Since when Redis remembers. Its memory begins anew when it restarts, with or without old data, when
//! its data are flushed, and when a replica takes its place: what was noted before may be gone, and what is
//! there may be old. One key says which memory this is and when it began, by Redis' own clock.

use std::sync::LazyLock;

use bb8_redis::redis::Script;

use super::client::{Fault, Redis};
use super::manager::Link;

/// How long the key stays when no node runs.
const LIFE_MS: u64 = 30 * 86_400_000;

/// What scripts begin with that ask since when Redis remembers: `KEYS[1]` is the key and `ARGV[1]` the
/// name of the memory; `since()` answers the key's value, which is unique to one memory, and its time in
/// seconds.
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

/// Keeps the key alive while a node runs, and proves that Redis can be written.
static TOUCH: LazyLock<Script> = LazyLock::new(|| {
    Script::new(&format!("{PREAMBLE} since() return redis.call('PEXPIRE', KEYS[1], ARGV[2])"))
});

/// The name of the key.
pub(super) fn key(redis: &Redis) -> String {
    redis.common_key("since")
}

/// Asks that connection, and begins the memory if it is new.
pub(super) async fn touch(redis: &Redis, link: Link) -> Result<(), Fault> {
    let kept: i64 = redis
        .script_on(link, &TOUCH, &[key(redis)], |call, link| {
            call.arg(&*link.memory).arg(LIFE_MS);
        })
        .await?;
    let _ = kept;
    Ok(())
}
