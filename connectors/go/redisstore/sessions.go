// Package redisstore keeps in Redis what several instances of an application share: sessions of package login, counters of
// package kit, and the position in a stream of events.
//
//	client, err := redisstore.Open("redis://cache:6379/0")
//	config.Store = redisstore.Sessions(client)
package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"credenza.dev/credenza/login"
)

const (
	// prefix is in front of every key.
	prefix = "credenza:app:"
	// pollEvery is how often a lock is tried that another instance has.
	pollEvery = 50 * time.Millisecond
)

// Open makes a client by the URL of a Redis server, with timeouts that suit requests of people: nobody waits for a server
// that is gone. It does not connect yet.
func Open(url string) (*redis.Client, error) {
	options, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	options.DialTimeout, options.ReadTimeout, options.WriteTimeout = time.Second, 2*time.Second, 2*time.Second
	// One retry, at once: for a connection that was kept and is gone.
	options.MaxRetries, options.MinRetryBackoff = 1, -1
	options.DialerRetries, options.DialerRetryTimeout = 2, 10*time.Millisecond
	// Nothing is negotiated that is not needed, as each of it is one more wait for a new connection.
	options.DisableIdentity = true
	options.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return redis.NewClient(options), nil
}

// Sessions is a store of sessions for login.Config.Store, and one of ended sessions for login.Config.Ended.
func Sessions(client redis.UniversalClient) login.Store { return &sessions{client} }

type sessions struct{ client redis.UniversalClient }

// Get is a value; nil where there is none.
func (store *sessions) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := store.client.Get(ctx, prefix+key).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return value, err
}

// Put keeps a value, and its key in a set for each index that lasts as long as its longest member.
func (store *sessions) Put(
	ctx context.Context, key string, value []byte, indexes []string, lifetime time.Duration,
) error {
	_, err := store.client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.Set(ctx, prefix+key, value, lifetime)
		for _, index := range indexes {
			pipe.SAdd(ctx, prefix+index, key)
			// Whichever of both applies: NX without an expiry, GT with a shorter one.
			pipe.ExpireNX(ctx, prefix+index, lifetime)
			pipe.ExpireGT(ctx, prefix+index, lifetime)
		}
		return nil
	})
	return err
}

// Update replaces a value that is still there.
func (store *sessions) Update(ctx context.Context, key string, value []byte, lifetime time.Duration) (bool, error) {
	// Redis refuses a lifetime of nothing.
	err := store.client.SetArgs(ctx, prefix+key, value, redis.SetArgs{Mode: "XX", TTL: max(lifetime, time.Second)}).Err()
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, err
}

// Delete removes a value.
func (store *sessions) Delete(ctx context.Context, key string) error {
	return store.client.Del(ctx, prefix+key).Err()
}

// DeleteBy removes every value with the index. Its set is forgotten last, so that a failure in between can be made good.
func (store *sessions) DeleteBy(ctx context.Context, index string) error {
	keys, err := store.client.SMembers(ctx, prefix+index).Result()
	if err != nil || len(keys) == 0 {
		return err
	}
	members := make([]any, len(keys))
	for at, key := range keys {
		members[at] = key
		if err := store.client.Del(ctx, prefix+key).Err(); err != nil {
			return err
		}
	}
	return store.client.SRem(ctx, prefix+index, members...).Err()
}

// release deletes a lock of one's own: one that ran out may be another's by now.
var release = redis.NewScript(`if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`)

// Lock waits for the key, as long as the context does.
func (store *sessions) Lock(ctx context.Context, key string, lifetime time.Duration) (func(), error) {
	own := rand.Text()
	for {
		isMine, err := store.client.SetNX(ctx, prefix+key, own, lifetime).Result()
		if err != nil {
			return nil, err
		}
		if isMine {
			break
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		// Where it fails, the lock runs out.
		_ = release.Run(ctx, store.client, []string{prefix + key}, own).Err()
	}, nil
}
