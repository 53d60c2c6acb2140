package credenza

import (
	"reflect"
	"strings"
	"sync"
	"unicode"

	"credenza.dev/credenza/internal/jose"
)

const (
	// maxResolved is how many issuers are kept, and how many that are none: the ones that were not used for longest make
	// room.
	maxResolved = 1000
	// maxIssuerName is how long the name of an issuer may be, in bytes.
	maxIssuerName = 512
)

// resolver asks the host about issuers that only it knows, such as those of tenants: about each, and again at the ages at
// which keys would be fetched again (key_cache), so that a tenant that is gone does not stay.
type resolver struct {
	around *config
	shared *shared

	mutex   sync.Mutex
	known   *lru[*resolved]
	unknown *lru[unresolved]
	next    uint64
}

type resolved struct {
	trusted *trusted
	// settings are what the host said of it.
	settings config
	at       int64
	attempts attempts
}

// unresolved is one that the host does not know, or could not be asked about.
type unresolved struct {
	at       int64
	attempts attempts
}

func newResolver(around *config, shared *shared, next uint64) *resolver {
	return &resolver{
		around: around, shared: shared, next: next,
		known: newLRU[*resolved](maxResolved), unknown: newLRU[unresolved](maxResolved),
	}
}

// find finds the issuer of that name, as far as the host knows it.
func (resolver *resolver) find(iss string, now int64) (*trusted, *halt) {
	refused := other(RuleIss, "iss", []string{iss}, nil)
	if iss == "" || len(iss) > maxIssuerName || strings.ContainsFunc(iss, unicode.IsControl) {
		return nil, refused
	}
	name, ages := jose.SHA256(iss), &resolver.around.keyCache
	ask := need(&fetch{kind: fetchResolve, key: "resolve:" + jose.EncodeBase64URL(name[:]), url: iss})
	resolver.mutex.Lock()
	defer resolver.mutex.Unlock()
	if known, found := resolver.known.get(name); found {
		age, justFailed := minus(now, known.at), known.attempts.justFailed(now)
		switch {
		case age < ages.refreshAfter, justFailed && age < ages.maxStale:
			return known.trusted, nil
		case justFailed:
			return nil, known.attempts.refuse(RuleKeysUnavailable)
		default:
			return nil, ask
		}
	}
	unknown, found := resolver.unknown.get(name)
	switch {
	case found && unknown.attempts.justFailed(now):
		return nil, unknown.attempts.refuse(RuleKeysUnavailable)
	case found && unknown.attempts.failed == nil && minus(now, unknown.at) < ages.cooldown:
		return nil, refused
	default:
		return nil, ask
	}
}

// numbered is the issuer of that number, while it is known.
func (resolver *resolver) numbered(number uint64) *trusted {
	resolver.mutex.Lock()
	defer resolver.mutex.Unlock()
	for known := range resolver.known.values() {
		if known.trusted.number == number {
			return known.trusted
		}
	}
	return nil
}

// fetched records what the host said; it returns what was wrong with it.
func (resolver *resolver) fetched(fetch *fetch, answer *response, failure *Trouble, now int64) *Trouble {
	name := jose.SHA256(fetch.url)
	resolver.mutex.Lock()
	defer resolver.mutex.Unlock()
	if answer != nil && answer.issuer == nil {
		resolver.known.remove(name)
		resolver.unknown.put(name, unresolved{at: now})
		return nil
	}
	trouble := failure
	if answer != nil {
		trouble = resolver.take(fetch.url, *answer.issuer, now)
	}
	if trouble == nil {
		return nil
	}
	if known, found := resolver.known.get(name); found {
		known.attempts.ended(trouble, now)
		return trouble
	}
	failed := unresolved{at: now}
	failed.attempts.ended(trouble, now)
	resolver.unknown.put(name, failed)
	return trouble
}

// take takes up what the host said. Where it says what it said before, the issuer stays, with its keys.
func (resolver *resolver) take(iss string, settings config, now int64) *Trouble {
	name := jose.SHA256(iss)
	if known, found := resolver.known.get(name); found && reflect.DeepEqual(known.settings, settings) {
		known.at, known.attempts = now, attempts{}
		return nil
	}
	if settings.issuer == "" {
		settings.issuer = iss
	}
	if settings.issuer != iss {
		return troubleOf(CauseMalformed, iss, "they are those of another issuer")
	}
	own, err := newTrusted(resolver.next, settings.within(resolver.around), resolver.shared)
	if err != nil {
		return troubleOf(CauseMalformed, iss, err.Error())
	}
	resolver.next++
	resolver.unknown.remove(name)
	resolver.known.put(name, &resolved{trusted: own, settings: settings, at: now})
	return nil
}
