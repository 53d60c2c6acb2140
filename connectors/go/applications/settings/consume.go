package settings

import (
	"cmp"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"credenza.dev/credenza/events"
	"credenza.dev/credenza/natsevents"
	"credenza.dev/credenza/redisstore"
)

// Consume reads the streams of the environment until the context ends: of Redis, of NATS, of both or none.
func (made *Kit) Consume(ctx context.Context) {
	var group sync.WaitGroup
	if key := os.Getenv("STREAM"); made.Redis != nil && key != "" {
		group.Go(func() { made.consumeRedis(ctx, key) })
	}
	if url := os.Getenv("NATS_URL"); url != "" {
		group.Go(func() {
			if err := made.consumeNATS(ctx, url); err != nil && ctx.Err() == nil {
				slog.Error("the stream of NATS is not read", "cause", err.Error())
			}
		})
	}
	group.Wait()
}

func (made *Kit) consumeRedis(ctx context.Context, key string) {
	// Without the setting it is the usual one.
	milliseconds, _ := strconv.Atoi(os.Getenv("CLAIM_AFTER_MS"))
	stream := redisstore.Stream{
		Client: made.Redis, Key: key, Group: os.Getenv("GROUP"), Consumer: cmp.Or(os.Getenv("CONSUMER"), rand.Text()),
		ClaimAfter: time.Duration(milliseconds) * time.Millisecond, Handle: made.handleStreamed,
	}
	_ = stream.Run(ctx)
}

func (made *Kit) consumeNATS(ctx context.Context, url string) error {
	connection, err := nats.Connect(url, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(200*time.Millisecond))
	if err != nil {
		return err
	}
	defer connection.Close()
	var seen events.Seen
	if made.Redis != nil {
		seen = redisstore.Seen(made.Redis, "nats")
	}
	stream := natsevents.Stream{
		Connection: connection, Name: os.Getenv("NATS_STREAM"), Durable: cmp.Or(os.Getenv("GROUP"), "application"),
		Subject: cmp.Or(os.Getenv("NATS_SUBJECT"), ">"), Handle: made.handleStreamed, Seen: seen,
	}
	return stream.Run(ctx)
}
