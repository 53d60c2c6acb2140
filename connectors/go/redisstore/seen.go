package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"credenza.dev/credenza/events"
)

// Seen remembers for all instances which events were handled. name tells apart what consumes the same events for other
// purposes.
func Seen(client redis.UniversalClient, name string) events.Seen { return &seen{client, name} }

type seen struct {
	client redis.UniversalClient
	name   string
}

const (
	underWay = "under way"
	done     = "done"
)

func (seen *seen) key(id string) string {
	hash := sha256.Sum256([]byte(seen.name + "\x00" + id))
	return prefix + "event:" + hex.EncodeToString(hash[:])
}

// Begin claims an event.
func (seen *seen) Begin(ctx context.Context, id string, lease time.Duration) (events.Progress, error) {
	isNew, err := seen.client.SetNX(ctx, seen.key(id), underWay, lease).Result()
	if err != nil || isNew {
		return events.New, err
	}
	found, err := seen.client.Get(ctx, seen.key(id)).Result()
	switch {
	case errors.Is(err, redis.Nil):
		// It ran out in between: whoever asks again gets it.
		return events.UnderWay, nil
	case err != nil:
		return events.New, err
	case found == done:
		return events.Done, nil
	}
	return events.UnderWay, nil
}

// Finish remembers an event.
func (seen *seen) Finish(ctx context.Context, id string, keep time.Duration) error {
	return seen.client.Set(ctx, seen.key(id), done, keep).Err()
}

// Abandon gives an event back.
func (seen *seen) Abandon(ctx context.Context, id string) error {
	return seen.client.Del(ctx, seen.key(id)).Err()
}
