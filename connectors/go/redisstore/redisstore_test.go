// Chart 990

package redisstore_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"credenza.dev/credenza/events"
	"credenza.dev/credenza/redisstore"
)

// start starts a server, and returns a client of it.
func start(t *testing.T) *redis.Client {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("redis-server is missing")
		}
		t.Skip("redis-server is missing")
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	server := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	client, err := redisstore.Open("redis://127.0.0.1:" + port)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(); _ = server.Process.Kill(); _ = server.Wait() })
	for range 200 {
		if client.Ping(t.Context()).Err() == nil {
			return client
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("the server does not listen")
	return nil
}

func TestSessions(t *testing.T) {
	ctx, client := t.Context(), start(t)
	store := redisstore.Sessions(client)
	for key, index := range map[string]string{"a": "ada", "b": "ada", "c": "bob"} {
		if err := store.Put(ctx, key, []byte(key), []string{index}, time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Put(ctx, "d", []byte("d"), []string{"bob"}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if left := client.TTL(ctx, "credenza:app:bob").Val(); left < 50*time.Minute {
		t.Errorf("an index ends before what is in it: %s", left)
	}
	if err := store.DeleteBy(ctx, "ada"); err != nil {
		t.Fatal(err)
	}
	for key, isThere := range map[string]bool{"a": false, "b": false, "c": true, "d": true} {
		value, err := store.Get(ctx, key)
		if err != nil || (value != nil) != isThere {
			t.Errorf("%s: %s %v", key, value, err)
		}
		updated, err := store.Update(ctx, key, []byte("new"), time.Hour)
		if err != nil || updated != isThere {
			t.Errorf("%s is updated: %v %v", key, updated, err)
		}
	}
	if err := store.Delete(ctx, "c"); err != nil {
		t.Fatal(err)
	}
	if value, err := store.Get(ctx, "c"); value != nil || err != nil {
		t.Errorf("what was deleted: %s %v", value, err)
	}
}

func TestOneHasTheLock(t *testing.T) {
	store := redisstore.Sessions(start(t))
	var inside, most atomic.Int64
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			unlock, err := store.Lock(t.Context(), "key", 10*time.Second)
			if err != nil {
				t.Error(err)
				return
			}
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(5 * time.Millisecond)
			inside.Add(-1)
			unlock()
		})
	}
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d had it at once", most.Load())
	}
	// What died with the lock gives it back in time, and late unlocking does not take it from the next.
	late, err := store.Lock(t.Context(), "key", 50*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = store.Lock(t.Context(), "key", 10*time.Second); err != nil {
		t.Fatal(err)
	}
	late()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := store.Lock(ctx, "key", time.Second); err == nil {
		t.Error("the lock was taken from its owner")
	}
}

func TestCountsAndEvents(t *testing.T) {
	ctx, client := t.Context(), start(t)
	counter := redisstore.Counter(client)
	for wanted := int64(1); wanted <= 3; wanted++ {
		count, left, err := counter.Take(ctx, "key", time.Minute)
		if err != nil || count != wanted || left <= 50*time.Second || left > time.Minute {
			t.Errorf("%d: %d %s %v", wanted, count, left, err)
		}
	}
	seen := redisstore.Seen(client, "test")
	begin := func(wanted events.Progress) {
		t.Helper()
		if progress, err := seen.Begin(ctx, "id", time.Minute); err != nil || progress != wanted {
			t.Errorf("%d instead of %d: %v", progress, wanted, err)
		}
	}
	begin(events.New)
	begin(events.UnderWay)
	if err := seen.Abandon(ctx, "id"); err != nil {
		t.Fatal(err)
	}
	begin(events.New)
	if err := seen.Finish(ctx, "id", time.Minute); err != nil {
		t.Fatal(err)
	}
	begin(events.Done)
}
