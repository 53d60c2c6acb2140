package credenza

import "sync"

// shards is the number of parts of the cache, so that goroutines rarely wait for each other.
const shards = 16

// verifiedTokens is a bounded cache keyed by the SHA-256 of the whole token. It holds only what the signature covers;
// everything else about a token (time, audience, binding, revocation, requirement) is checked at each use, so a cached
// token is refused as soon as an uncached one would be.
type verifiedTokens struct {
	shards [shards]struct {
		mutex  sync.Mutex
		tokens *lru[verifiedToken]
	}
}

type verifiedToken struct {
	claims *Claims
	// revision is that of the key set with which it was verified: another one may lack the key.
	revision uint64
}

// newVerifiedTokens has room for size tokens; nil for none.
func newVerifiedTokens(size int64) *verifiedTokens {
	if size == 0 {
		return nil
	}
	made := &verifiedTokens{}
	for at := range made.shards {
		made.shards[at].tokens = newLRU[verifiedToken](int((size + shards - 1) / shards))
	}
	return made
}

func (verified *verifiedTokens) find(name [32]byte, revision uint64) *Claims {
	shard := &verified.shards[name[0]%shards]
	shard.mutex.Lock()
	defer shard.mutex.Unlock()
	token, found := shard.tokens.get(name)
	if !found || token.revision != revision {
		return nil
	}
	return token.claims
}

func (verified *verifiedTokens) keep(name [32]byte, revision uint64, claims *Claims) {
	shard := &verified.shards[name[0]%shards]
	shard.mutex.Lock()
	defer shard.mutex.Unlock()
	shard.tokens.put(name, verifiedToken{claims, revision})
}
