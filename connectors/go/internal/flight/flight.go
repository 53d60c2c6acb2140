// Package flight makes one call for all who ask for the same at the same time.
package flight

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
)

// Group is a set of calls that are told apart by their keys. Its zero value is ready for use, by several goroutines.
type Group[Value any] struct {
	mutex sync.Mutex
	calls map[string]*call[Value]
}

type call[Value any] struct {
	done  chan struct{}
	value Value
	err   error
}

// Do makes a call, or waits for one with the same key that is under way. The call goes on when the context of whoever
// asked for it ends, so that a client that goes away takes nothing from the others: work has to bound itself.
func (group *Group[Value]) Do(
	ctx context.Context, key string, work func(context.Context) (Value, error),
) (Value, error) {
	group.mutex.Lock()
	under, found := group.calls[key]
	if !found {
		under = &call[Value]{done: make(chan struct{})}
		if group.calls == nil {
			group.calls = map[string]*call[Value]{}
		}
		group.calls[key] = under
		go group.run(context.WithoutCancel(ctx), key, under, work)
	}
	group.mutex.Unlock()
	select {
	case <-under.done:
		return under.value, under.err
	case <-ctx.Done():
		var none Value
		return none, ctx.Err()
	}
}

func (group *Group[Value]) run(
	ctx context.Context, key string, under *call[Value], work func(context.Context) (Value, error),
) {
	defer func() {
		// Nobody else could recover it in this goroutine, and it would end the program.
		if panicked := recover(); panicked != nil {
			under.err = fmt.Errorf("panic: %v\n%s", panicked, debug.Stack())
		}
		group.mutex.Lock()
		delete(group.calls, key)
		group.mutex.Unlock()
		close(under.done)
	}()
	under.value, under.err = work(ctx)
}
