package login

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// maxKept bounds what is kept; beyond it, what expires first is dropped.
	maxKept = 100_000
	// sweepEvery is how many writes there are between two searches for what has expired.
	sweepEvery = 1024
)

// Memory is a Store for a single instance, bounded at 100,000 sessions.
type Memory struct {
	mutex  sync.Mutex
	kept   map[string]*remembered
	byName map[string]map[string]struct{}
	locks  map[string]chan struct{}
	writes int
}

type remembered struct {
	value   []byte
	indexes []string
	until   time.Time
}

// NewMemory makes an empty store.
func NewMemory() *Memory {
	return &Memory{
		kept: map[string]*remembered{}, byName: map[string]map[string]struct{}{}, locks: map[string]chan struct{}{},
	}
}

// Get is a value; nil where there is none.
func (memory *Memory) Get(_ context.Context, key string) ([]byte, error) {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	if found := memory.live(key); found != nil {
		return found.value, nil
	}
	return nil, nil
}

// Put keeps a value.
func (memory *Memory) Put(_ context.Context, key string, value []byte, indexes []string, lifetime time.Duration) error {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	memory.remove(key)
	memory.bound()
	memory.kept[key] = &remembered{value, slices.Clone(indexes), time.Now().Add(lifetime)}
	for _, index := range indexes {
		if memory.byName[index] == nil {
			memory.byName[index] = map[string]struct{}{}
		}
		memory.byName[index][key] = struct{}{}
	}
	return nil
}

// Update replaces a value that is still there.
func (memory *Memory) Update(_ context.Context, key string, value []byte, lifetime time.Duration) (bool, error) {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	found := memory.live(key)
	if found == nil {
		return false, nil
	}
	found.value, found.until = value, time.Now().Add(lifetime)
	return true, nil
}

// Delete removes a value.
func (memory *Memory) Delete(_ context.Context, key string) error {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	memory.remove(key)
	return nil
}

// DeleteBy removes every value with the index.
func (memory *Memory) DeleteBy(_ context.Context, index string) error {
	memory.mutex.Lock()
	defer memory.mutex.Unlock()
	for key := range memory.byName[index] {
		memory.remove(key)
	}
	return nil
}

// Lock waits for the key. A goroutine of this process gives it back, so that no lifetime is needed.
func (memory *Memory) Lock(ctx context.Context, key string, _ time.Duration) (func(), error) {
	for {
		memory.mutex.Lock()
		held, isHeld := memory.locks[key]
		if !isHeld {
			own := make(chan struct{})
			memory.locks[key] = own
			memory.mutex.Unlock()
			return func() {
				memory.mutex.Lock()
				delete(memory.locks, key)
				memory.mutex.Unlock()
				close(own)
			}, nil
		}
		memory.mutex.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (memory *Memory) live(key string) *remembered {
	found := memory.kept[key]
	if found != nil && !time.Now().Before(found.until) {
		memory.remove(key)
		return nil
	}
	return found
}

func (memory *Memory) remove(key string) {
	found := memory.kept[key]
	if found == nil {
		return
	}
	delete(memory.kept, key)
	for _, index := range found.indexes {
		delete(memory.byName[index], key)
		if len(memory.byName[index]) == 0 {
			delete(memory.byName, index)
		}
	}
}

// bound makes room: for what has expired now and then, and for what expires first where everything is still good.
func (memory *Memory) bound() {
	memory.writes++
	if memory.writes%sweepEvery != 0 && len(memory.kept) < maxKept {
		return
	}
	first, now := "", time.Now()
	for key, found := range memory.kept {
		switch {
		case !now.Before(found.until):
			memory.remove(key)
		case first == "" || found.until.Before(memory.kept[first].until):
			first = key
		}
	}
	if len(memory.kept) >= maxKept {
		memory.remove(first)
	}
}
