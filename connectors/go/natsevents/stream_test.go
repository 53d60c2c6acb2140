// Chart 994: NATS for Go | a durable consumer of JetStream at a real server: at least once, retries, what fails ten times, a restart, duplicates

package natsevents_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"credenza.dev/credenza/events"
	"credenza.dev/credenza/natsevents"
)

// start starts a server with a stream of events, and one of what failed.
func start(t *testing.T) (*nats.Conn, jetstream.JetStream) {
	t.Helper()
	if _, err := exec.LookPath("nats-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("nats-server is missing")
		}
		t.Skip("nats-server is missing")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	server := exec.Command("nats-server", "-a", "127.0.0.1", "-p", port, "-js", "-sd", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	connection, err := nats.Connect("nats://127.0.0.1:"+port, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	stream, err := jetstream.New(connection)
	if err != nil {
		t.Fatal(err)
	}
	for name, subjects := range map[string]string{"CREDENZA": "credenza.events.>", "DEAD": "dead"} {
		for range 200 {
			if _, err = stream.CreateStream(t.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{subjects}}); err == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return connection, stream
}

func publish(t *testing.T, stream jetstream.JetStream, id, kind string) {
	t.Helper()
	body := fmt.Sprintf(`{"id":%q,"type":%q,"tenantid":"acme","data":{}}`, id, kind)
	if _, err := stream.Publish(t.Context(), "credenza.events.acme."+kind, []byte(body)); err != nil {
		t.Fatal(err)
	}
}

// handled are ids in the order in which they were handled.
type handled struct {
	mutex sync.Mutex
	ids   []string
	tries map[string]int
}

func (handled *handled) handle(_ context.Context, event *events.Event) error {
	handled.mutex.Lock()
	defer handled.mutex.Unlock()
	handled.tries[event.ID]++
	if event.Type == "test.fails" || event.Type == "test.fails_twice" && handled.tries[event.ID] <= 2 {
		return errors.New("told to fail")
	}
	handled.ids = append(handled.ids, event.ID)
	return nil
}

// run reads until everything wanted was handled, and stops.
func (handled *handled) run(t *testing.T, connection *nats.Conn, seen events.Seen, wanted int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	stream := natsevents.Stream{
		Connection: connection, Dead: "dead", Handle: handled.handle, Seen: seen, Logger: slog.New(slog.DiscardHandler),
	}
	done := make(chan struct{})
	go func() { _ = stream.Run(ctx); close(done) }()
	defer func() { cancel(); <-done }()
	for range 600 {
		handled.mutex.Lock()
		count := len(handled.ids)
		handled.mutex.Unlock()
		if count >= wanted {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("handled are %v", handled.ids)
}

func TestEventsAreHandledOnceAndInTheEnd(t *testing.T) {
	connection, server := start(t)
	found, seen := &handled{tries: map[string]int{}}, events.NewSeen()
	publish(t, server, "fails", "test.fails")
	publish(t, server, "later", "test.fails_twice")
	publish(t, server, "a", "user.created")
	publish(t, server, "a", "user.created")
	found.run(t, connection, seen, 2)
	if found.ids[0] != "a" {
		t.Errorf("one that fails holds up the others: %v", found.ids)
	}
	// Another process goes on where the first one stopped.
	publish(t, server, "b", "user.created")
	found.run(t, connection, seen, 3)
	if len(found.ids) != 3 || found.tries["a"] != 1 || found.tries["later"] != 3 {
		t.Errorf("handled are %v after %v", found.ids, found.tries)
	}
	dead, err := server.Stream(t.Context(), "DEAD")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	stream := natsevents.Stream{Connection: connection, Dead: "dead", Handle: found.handle, Seen: seen, Logger: slog.New(slog.DiscardHandler)}
	done := make(chan struct{})
	go func() { _ = stream.Run(ctx); close(done) }()
	defer func() { cancel(); <-done }()
	// What was on its way to the process that has ended comes again after AckWait.
	for range 3000 {
		message, err := dead.GetLastMsgForSubject(t.Context(), "dead")
		if err == nil {
			// Delivered ten times; each of the two processes that ended may have had it on its way, and not tried it.
			if event, _ := events.Read(message.Data); event.ID != "fails" || found.tries["fails"] > 10 || found.tries["fails"] < 8 {
				t.Errorf("put aside is %s after %d tries", message.Data, found.tries["fails"])
			}
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("what fails is never put aside")
}
