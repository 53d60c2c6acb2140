package events

import (
	"context"
	"sync"
	"time"
)

// Seen remembers which events were handled, so that none is twice. NewSeen is one in memory; the module redisstore has one
// that instances share.
type Seen interface {
	// Begin claims an event for as long as lease, unless it was handled or is being handled by another.
	Begin(ctx context.Context, id string, lease time.Duration) (Progress, error)
	// Finish remembers an event as handled.
	Finish(ctx context.Context, id string, keep time.Duration) error
	// Abandon gives an event back that could not be handled.
	Abandon(ctx context.Context, id string) error
}

// Progress is how far an event is.
type Progress int

const (
	// New is an event that nobody has handled: whoever asked does.
	New Progress = iota
	// UnderWay is an event that another is handling.
	UnderWay
	// Done is an event that was handled.
	Done
)

const (
	// Lease is how long a handler may take before others try.
	Lease = time.Minute
	// Keep is how long it is remembered that an event was handled: senders try again for a day or so.
	Keep = 3 * 24 * time.Hour
)

// Handler does whatever an event is about. After an error the event comes again.
type Handler func(ctx context.Context, event *Event) error

// Handle has an event handled, unless it was before. The progress is what it was before; with New and no error, it has
// been handled now.
func Handle(ctx context.Context, seen Seen, event *Event, handler Handler) (Progress, error) {
	progress, err := seen.Begin(ctx, event.ID, Lease)
	if err != nil || progress != New {
		return progress, err
	}
	bounded, cancel := context.WithTimeout(ctx, Lease)
	defer cancel()
	if err := handler(bounded, event); err != nil {
		// Where that fails too, the lease runs out.
		_ = seen.Abandon(context.WithoutCancel(ctx), event.ID)
		return New, err
	}
	return New, seen.Finish(context.WithoutCancel(ctx), event.ID, Keep)
}

// memory is Seen for a single instance.
type memory struct {
	mutex sync.Mutex
	kept  map[string]state
}

type state struct {
	progress Progress
	until    time.Time
}

// maxSeen bounds how many events are remembered in memory; beyond it, those go whose time is over, and then any.
const maxSeen = 100_000

// NewSeen remembers 100,000 events in memory.
func NewSeen() Seen { return &memory{kept: map[string]state{}} }

// Begin claims an event.
func (memory *memory) Begin(_ context.Context, id string, lease time.Duration) (Progress, error) {
	now := time.Now()
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	if found, isThere := memory.kept[id]; isThere && now.Before(found.until) {
		return found.progress, nil
	}
	memory.bound(now)
	memory.kept[id] = state{UnderWay, now.Add(lease)}
	return New, nil
}

// Finish remembers an event.
func (memory *memory) Finish(_ context.Context, id string, keep time.Duration) error {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	memory.kept[id] = state{Done, time.Now().Add(keep)}
	return nil
}

// Abandon gives an event back.
func (memory *memory) Abandon(_ context.Context, id string) error {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	delete(memory.kept, id)
	return nil
}

func (memory *memory) bound(now time.Time) {
	if len(memory.kept) < maxSeen {
		return
	}
	for id, found := range memory.kept {
		if !now.Before(found.until) {
			delete(memory.kept, id)
		}
	}
	for id := range memory.kept {
		if len(memory.kept) < maxSeen {
			return
		}
		delete(memory.kept, id)
	}
}
