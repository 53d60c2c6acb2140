package redisstore

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"credenza.dev/credenza/events"
)

// Stream reads the events that Credenza writes to Redis, as one consumer of a group: each is handled at least once by one of
// the consumers, and the group remembers how far they are. An event whose handler fails is tried again, later each
// time and without holding up the others; after ten times it is put into the stream's name with ":dead" behind it. What a
// consumer had that is gone is taken over by another.
type Stream struct {
	// Client is the server.
	Client redis.UniversalClient
	// Key is the stream: the prefix of the provider's settings and "events".
	Key string
	// Group is what the consumers are together: "credenza" by default. A new group begins with the oldest event.
	Group string
	// Consumer is this one. It has to be another name for each process that runs at the same time, and best the same after
	// a restart.
	Consumer string
	// Seen is where handled events are remembered; those of the group in Redis by default.
	Seen events.Seen
	// Handle does the work. It is called once at a time.
	Handle events.Handler
	// ClaimAfter is how long an event stays with a consumer that does nothing about it, before others take it: 30 seconds by
	// default. A handler that takes longer is ended.
	ClaimAfter time.Duration
	// Logger is told of what fails. slog.Default by default.
	Logger *slog.Logger

	// waiting are events to be tried again, by their ids in the stream.
	waiting map[string]time.Time
}

const (
	// maxTries is how often an event is tried.
	maxTries = 10
	// firstPause and lastPause are how long an event waits after it failed, twice as long each time.
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
	// readFor is how long a read waits for new events, and pauseAfter how long it is until Redis is asked again after a failure.
	readFor    = 500 * time.Millisecond
	pauseAfter = time.Second
	// atOnce is how many events are read together.
	atOnce = 16
)

// Run reads until the context ends. Redis may be gone for a while, or be there only later.
func (stream *Stream) Run(ctx context.Context) error {
	stream.Group = cmp.Or(stream.Group, "credenza")
	stream.ClaimAfter = cmp.Or(stream.ClaimAfter, 30*time.Second)
	stream.waiting = map[string]time.Time{}
	if stream.Seen == nil {
		stream.Seen = Seen(stream.Client, stream.Key+"\x00"+stream.Group)
	}
	if stream.Logger == nil {
		stream.Logger = slog.Default()
	}
	isJoined := false
	for ctx.Err() == nil {
		err := error(nil)
		if !isJoined {
			err = stream.join(ctx)
		}
		if err == nil {
			isJoined = true
			err = stream.round(ctx)
		}
		if err == nil || ctx.Err() != nil {
			continue
		}
		stream.Logger.WarnContext(ctx, "the stream of events cannot be read", "stream", stream.Key, "cause", err.Error())
		isJoined = false
		select {
		case <-ctx.Done():
		case <-time.After(pauseAfter):
		}
	}
	return ctx.Err()
}

// join makes the group, unless it is there.
func (stream *Stream) join(ctx context.Context) error {
	err := stream.Client.XGroupCreateMkStream(ctx, stream.Key, stream.Group, "0").Err()
	if err != nil && strings.HasPrefix(err.Error(), "BUSYGROUP") {
		return nil
	}
	return err
}

// round handles what is due: events that failed, those of consumers that are gone, and new ones.
func (stream *Stream) round(ctx context.Context) error {
	if err := stream.again(ctx); err != nil {
		return err
	}
	taken, _, err := stream.Client.XAutoClaim(ctx, &redis.XAutoClaimArgs{
		Stream: stream.Key, Group: stream.Group, Consumer: stream.Consumer, MinIdle: stream.ClaimAfter, Start: "0", Count: atOnce,
	}).Result()
	if err != nil {
		return err
	}
	if err := stream.handleAll(ctx, taken); err != nil {
		return err
	}
	read, err := stream.Client.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: stream.Group, Consumer: stream.Consumer, Streams: []string{stream.Key, ">"}, Count: atOnce, Block: readFor,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, own := range read {
		if err := stream.handleAll(ctx, own.Messages); err != nil {
			return err
		}
	}
	return nil
}

// again tries events whose pause is over. Claiming them counts the try, and keeps them from others.
func (stream *Stream) again(ctx context.Context) error {
	now := time.Now()
	for id, at := range stream.waiting {
		if now.Before(at) {
			continue
		}
		delete(stream.waiting, id)
		claimed, err := stream.Client.XClaim(ctx, &redis.XClaimArgs{
			Stream: stream.Key, Group: stream.Group, Consumer: stream.Consumer, Messages: []string{id},
		}).Result()
		if err != nil {
			return err
		}
		if err := stream.handleAll(ctx, claimed); err != nil {
			return err
		}
	}
	return nil
}

// handleAll handles entries of the stream. The error is of Redis: those of handlers are dealt with.
func (stream *Stream) handleAll(ctx context.Context, entries []redis.XMessage) error {
	for _, entry := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := stream.handle(ctx, entry); err != nil {
			return err
		}
	}
	return nil
}

func (stream *Stream) handle(ctx context.Context, entry redis.XMessage) error {
	event, err := read(entry)
	if err != nil {
		return stream.bury(ctx, entry, err)
	}
	bounded, cancel := context.WithTimeout(ctx, stream.ClaimAfter*3/4)
	progress, err := events.Handle(bounded, stream.Seen, event, stream.Handle)
	cancel()
	if err == nil && progress != events.UnderWay {
		return stream.Client.XAck(ctx, stream.Key, stream.Group, entry.ID).Err()
	}
	if err == nil {
		err = errors.New("another consumer is handling it")
	}
	if ctx.Err() != nil {
		// This process ends, which is nothing against the event: it stays with its consumer.
		return ctx.Err()
	}
	tries, errPending := stream.tries(ctx, entry.ID)
	if errPending != nil {
		return errPending
	}
	stream.Logger.WarnContext(ctx, "an event was not handled", "id", event.ID, "type", event.Type, "tries", tries, "cause", err.Error())
	if tries >= maxTries {
		return stream.bury(ctx, entry, err)
	}
	pause := min(firstPause<<min(tries, 16), lastPause, stream.ClaimAfter/2)
	stream.waiting[entry.ID] = time.Now().Add(pause)
	return nil
}

// tries is how often an entry was given to a consumer.
func (stream *Stream) tries(ctx context.Context, id string) (int64, error) {
	found, err := stream.Client.XPendingExt(ctx, &redis.XPendingExtArgs{
		Stream: stream.Key, Group: stream.Group, Start: id, End: id, Count: 1,
	}).Result()
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0].RetryCount, nil
}

// bury puts an entry aside, in one transaction, so that it is in one of both streams at any time.
func (stream *Stream) bury(ctx context.Context, entry redis.XMessage, cause error) error {
	values := map[string]any{"entry": entry.ID, "error": cause.Error()}
	for name, value := range entry.Values {
		values[name] = value
	}
	_, err := stream.Client.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: stream.Key + ":dead", Values: values})
		pipe.XAck(ctx, stream.Key, stream.Group, entry.ID)
		return nil
	})
	if err == nil {
		stream.Logger.ErrorContext(ctx, "an event was put aside", "entry", entry.ID, "stream", stream.Key+":dead", "cause", cause.Error())
	}
	return err
}

// read reads an entry as Credenza writes it: id, type, tenant and body.
func read(entry redis.XMessage) (*events.Event, error) {
	body, isText := entry.Values["body"].(string)
	if !isText {
		return nil, errors.New("the entry has no body")
	}
	event, err := events.Read([]byte(body))
	if err != nil {
		return nil, err
	}
	if event.ID == "" {
		return nil, errors.New("the event has no id")
	}
	return event, nil
}
