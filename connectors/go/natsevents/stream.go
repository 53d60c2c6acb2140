// Package natsevents reads the events that Credenza writes to NATS JetStream.
package natsevents

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"credenza.dev/credenza/events"
)

// Stream reads a stream by a durable consumer, which all instances share: each event is handled at least once by one of
// them, and the server remembers how far they are. An event whose handler fails comes again, later each time and without
// holding up the others; after ten times it is published at Dead, and done with.
type Stream struct {
	// Connection is to the server. It has to reconnect without end (nats.MaxReconnects(-1)).
	Connection *nats.Conn
	// Name is the stream: "CREDENZA" by default.
	Name string
	// Durable is the consumer: "credenza" by default. A new one begins with the oldest event.
	Durable string
	// Subject are the events wanted: "credenza.events.>" by default.
	Subject string
	// Dead is where what failed ten times is published; it needs a stream that keeps it. By default it goes to the log alone.
	Dead string
	// Seen is where handled events are remembered: in memory by default, so that instances had better share one.
	Seen events.Seen
	// Handle does the work. It is called once at a time.
	Handle events.Handler
	// Logger is told of what fails. slog.Default by default.
	Logger *slog.Logger
}

const (
	// maxTries is how often an event is tried.
	maxTries = 10
	// firstPause and lastPause are how long an event waits after it failed, twice as long each time.
	firstPause = 100 * time.Millisecond
	lastPause  = 5 * time.Second
	// pauseAfter is how long it is until the server is asked again after a failure.
	pauseAfter = time.Second
	// readFor is how long a read waits for new events.
	readFor = time.Second
)

// Run reads until the context ends. The server may be gone for a while, or the stream be there only later.
func (stream *Stream) Run(ctx context.Context) error {
	stream.Name = cmp.Or(stream.Name, "CREDENZA")
	stream.Durable = cmp.Or(stream.Durable, "credenza")
	stream.Subject = cmp.Or(stream.Subject, "credenza.events.>")
	if stream.Seen == nil {
		stream.Seen = events.NewSeen()
	}
	if stream.Logger == nil {
		stream.Logger = slog.Default()
	}
	server, err := jetstream.New(stream.Connection)
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		err := stream.read(ctx, server)
		if err == nil || ctx.Err() != nil {
			continue
		}
		stream.Logger.WarnContext(ctx, "the stream of events cannot be read", "stream", stream.Name, "cause", err.Error())
		select {
		case <-ctx.Done():
		case <-time.After(pauseAfter):
		}
	}
	return ctx.Err()
}

// read joins the consumer, and handles events until something fails.
func (stream *Stream) read(ctx context.Context, server jetstream.JetStream) error {
	consumer, err := server.CreateOrUpdateConsumer(ctx, stream.Name, jetstream.ConsumerConfig{
		Durable: stream.Durable, FilterSubject: stream.Subject, DeliverPolicy: jetstream.DeliverAllPolicy,
		AckPolicy: jetstream.AckExplicitPolicy, AckWait: events.Lease + 10*time.Second,
	})
	if err != nil {
		return err
	}
	for ctx.Err() == nil {
		// One at a time: further ones would wait here while another instance could handle them.
		batch, err := consumer.Fetch(1, jetstream.FetchMaxWait(readFor))
		if err != nil {
			return err
		}
		for message := range batch.Messages() {
			if err := stream.handle(ctx, server, message); err != nil {
				return err
			}
		}
		if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, jetstream.ErrNoMessages) {
			return err
		}
	}
	return nil
}

// handle handles a message. The error is of the server: those of handlers are dealt with.
func (stream *Stream) handle(ctx context.Context, server jetstream.JetStream, message jetstream.Msg) error {
	metadata, err := message.Metadata()
	if err != nil {
		return err
	}
	event, err := events.Read(message.Data())
	if err == nil && event.ID == "" {
		err = errors.New("the event has no id")
	}
	if err != nil {
		return stream.bury(ctx, server, message, err)
	}
	progress, err := events.Handle(ctx, stream.Seen, event, stream.Handle)
	if err == nil && progress != events.UnderWay {
		return message.DoubleAck(ctx)
	}
	if err == nil {
		err = errors.New("another consumer is handling it")
	}
	if ctx.Err() != nil {
		// This process ends, which is nothing against the event.
		return message.Nak()
	}
	stream.Logger.WarnContext(ctx, "an event was not handled",
		"id", event.ID, "type", event.Type, "tries", metadata.NumDelivered, "cause", err.Error())
	if metadata.NumDelivered >= maxTries {
		return stream.bury(ctx, server, message, err)
	}
	return message.NakWithDelay(min(firstPause<<min(metadata.NumDelivered, 16), lastPause))
}

// bury puts a message aside. It is done with only after it has been published.
func (stream *Stream) bury(ctx context.Context, server jetstream.JetStream, message jetstream.Msg, cause error) error {
	stream.Logger.ErrorContext(ctx, "an event was put aside", "subject", message.Subject(), "dead", stream.Dead, "cause", cause.Error())
	if stream.Dead != "" {
		dead := nats.NewMsg(stream.Dead)
		dead.Data = message.Data()
		dead.Header.Set("Credenza-Subject", message.Subject())
		dead.Header.Set("Credenza-Error", cause.Error())
		if _, err := server.PublishMsg(ctx, dead); err != nil {
			return err
		}
	}
	return message.Term()
}
