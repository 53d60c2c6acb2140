package login

import (
	"context"
	"time"
)

// Store keeps sessions for all instances. Keys and indexes are hashes, and values are sealed: whoever reads the store can
// use neither. NewMemory is one for a single instance; the module redisstore has one for Redis. An error means that
// the store itself failed: the request is then answered with 503, and nobody is signed out.
type Store interface {
	// Get is a value; nil where there is none.
	Get(ctx context.Context, key string) ([]byte, error)
	// Put keeps a value for a while, under a key that is found by its indexes too.
	Put(ctx context.Context, key string, value []byte, indexes []string, lifetime time.Duration) error
	// Update replaces a value that is still there, and tells whether it was: what was deleted meanwhile stays so.
	Update(ctx context.Context, key string, value []byte, lifetime time.Duration) (bool, error)
	// Delete removes a value, if it is there.
	Delete(ctx context.Context, key string) error
	// DeleteBy removes every value that has the index.
	DeleteBy(ctx context.Context, index string) error
	// Lock waits until it has the key for itself, for as long as lifetime at most; unlock gives it back.
	Lock(ctx context.Context, key string, lifetime time.Duration) (unlock func(), err error)
}
