package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"credenza.dev/credenza/kit"
)

// Counter counts requests for all instances: for kit.NewRateLimit.
func Counter(client redis.UniversalClient) kit.Counter { return &counter{client} }

type counter struct{ client redis.UniversalClient }

// take counts one more in the window, which begins with the first; one command, so that no window is without an end.
var take = redis.NewScript(`
local count = redis.call("incr", KEYS[1])
local left = redis.call("pttl", KEYS[1])
if left < 0 then
  redis.call("pexpire", KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}`)

// Take counts one more.
func (counter *counter) Take(ctx context.Context, key string, window time.Duration) (int64, time.Duration, error) {
	found, err := take.Run(ctx, counter.client, []string{prefix + key}, window.Milliseconds()).Int64Slice()
	if err != nil {
		return 0, 0, err
	}
	if len(found) != 2 {
		return 0, 0, redis.Nil
	}
	return found[0], time.Duration(found[1]) * time.Millisecond, nil
}
