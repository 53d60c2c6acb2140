package credenza

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"credenza.dev/credenza/internal/jose"
)

// Keys of fetches.
const (
	fetchMetadata = "metadata"
	fetchKeys     = "keys"
)

// metadataMaxAge is how long metadata is cached, in seconds.
const metadataMaxAge = 24 * 60 * 60

// issuer is the issuer's metadata and keys, as far as they are known: fresh ones are used; older ones are used while
// they are fetched again in the background; those past their age must be fetched first; and where they cannot be
// fetched, the check fails.
type issuer struct {
	address   address
	allowHTTP bool
	// jwksURI is where the settings, and not the metadata, say that the key set is; nil otherwise.
	jwksURI *string
	// pinned: nothing is fetched, as the keys are given.
	pinned bool
	ages   keyCacheConfig

	mutex      sync.RWMutex
	metadata   *metadata
	metadataAt int64
	// place tells which of the places of the metadata is tried next.
	place int
	// metadataTrouble is what was wrong with the place before.
	metadataTrouble *Trouble
	keys            *kept
	attempts        attempts
	// revisions counts the key sets of all issuers of a validator.
	revisions *atomic.Uint64
}

// kept is a key set; it is never changed, only replaced.
type kept struct {
	set *jose.JWKSet
	// revision is the number of the set; another set, or another issuer's, has another one.
	revision uint64
	at       int64
	// refreshAfter is the age from which it is fetched again in the background.
	refreshAfter int64
}

func newIssuer(rules *rules, revisions *atomic.Uint64) (*issuer, error) {
	made := &issuer{
		address: rules.address, allowHTTP: rules.allowHTTP, jwksURI: rules.jwksURI, ages: rules.keyCache,
		pinned: rules.hasPinnedKeys() || rules.secret != nil, revisions: revisions,
	}
	if rules.hasPinnedKeys() {
		set, err := rules.pinnedKeys()
		if err != nil {
			return nil, err
		}
		made.keys = &kept{set: set, revision: revisions.Add(1)}
	} else if made.pinned {
		made.keys = &kept{set: &jose.JWKSet{}, revision: revisions.Add(1)}
	}
	return made, nil
}

// keysNow are the keys to verify with now, and what is to be fetched in the background.
func (issuer *issuer) keysNow(now int64) (*kept, *fetch, *halt) {
	issuer.mutex.RLock()
	keys := issuer.keys
	issuer.mutex.RUnlock()
	if keys != nil && (issuer.pinned || minus(now, keys.at) < keys.refreshAfter) {
		return keys, nil, nil
	}
	return issuer.keysThatAge(now)
}

func (issuer *issuer) keysThatAge(now int64) (*kept, *fetch, *halt) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	keys, justFailed := issuer.keys, issuer.attempts.justFailed(now)
	if keys == nil {
		if justFailed {
			return nil, nil, issuer.attempts.refuse(RuleKeysUnavailable)
		}
		return nil, nil, need(issuer.nextFetch(now))
	}
	age := minus(now, keys.at)
	switch {
	case age < issuer.ages.maxAge && age >= keys.refreshAfter && issuer.attempts.offer(now):
		return keys, issuer.nextFetch(now), nil
	case age < issuer.ages.maxAge:
		return keys, nil, nil
	case !justFailed:
		return nil, nil, need(issuer.nextFetch(now))
	case age < issuer.ages.maxStale:
		return keys, nil, nil
	default:
		return nil, nil, issuer.attempts.refuse(RuleKeysUnavailable)
	}
}

// ready tells whether keys are there with which anything could be verified; it returns what is to be fetched in the
// background.
func (issuer *issuer) ready(now int64) (*fetch, *halt) {
	keys, background, halt := issuer.keysNow(now)
	if halt != nil || issuer.pinned || len(keys.set.Keys) > 0 {
		return background, halt
	}
	if again := issuer.again(now); again != nil {
		return nil, need(again)
	}
	return nil, issuer.unknownKey(keys.set, now)
}

// again is what to fetch for an unknown key, unless that was done within the cool-down: unknown keys in forged tokens
// must not flood the issuer with requests. nil for nothing.
func (issuer *issuer) again(now int64) *fetch {
	issuer.mutex.RLock()
	defer issuer.mutex.RUnlock()
	if issuer.pinned || !issuer.attempts.endedBefore(now, issuer.ages.cooldown) {
		return nil
	}
	return issuer.nextFetch(now)
}

// refreshSoon requests the keys again in the background, unless that was done a moment ago, where something other than
// a token was signed by an unknown key.
func (issuer *issuer) refreshSoon(now int64) {
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	if issuer.keys != nil && issuer.attempts.endedBefore(now, issuer.ages.cooldown) {
		aged := *issuer.keys
		aged.refreshAfter = 0
		issuer.keys = &aged
	}
}

// endpoint finds the URL of an endpoint in the metadata, judged by read.
func (issuer *issuer) endpoint(rule Rule, now int64, read func(*metadata) (string, *Trouble)) (string, *halt) {
	issuer.mutex.RLock()
	defer issuer.mutex.RUnlock()
	switch {
	case issuer.metadata != nil:
		url, trouble := read(issuer.metadata)
		if trouble != nil {
			return "", after(rule, trouble)
		}
		return url, nil
	case issuer.attempts.justFailed(now):
		return "", issuer.attempts.refuse(rule)
	default:
		return "", need(issuer.metadataFetch())
	}
}

func (issuer *issuer) introspectionEndpoint(now int64) (string, *halt) {
	return issuer.endpoint(RuleIntrospectionUnavailable, now, func(metadata *metadata) (string, *Trouble) {
		return metadata.endpoint("introspection_endpoint", issuer.address.issuer, issuer.allowHTTP)
	})
}

// revocationsEndpoint is where the feed is. Credenza's metadata does not name it, as no specification defines such a
// member.
func (issuer *issuer) revocationsEndpoint(now int64) (string, *halt) {
	return issuer.endpoint(RuleRevocationsUnavailable, now, func(metadata *metadata) (string, *Trouble) {
		url, trouble := metadata.endpoint("revocations_endpoint", issuer.address.issuer, issuer.allowHTTP)
		if trouble != nil && trouble.Cause == CauseNotOffered {
			return strings.TrimRight(issuer.address.base, "/") + "/revocations", nil
		}
		return url, trouble
	})
}

// unknownKey is the refusal of a token whose key is not in the set.
func (issuer *issuer) unknownKey(set *jose.JWKSet, now int64) *halt {
	detail := Detail{Member: "kid", Problem: ProblemOther}
	for _, key := range set.Keys {
		if key.Kid() != "" {
			detail.Wanted = append(detail.Wanted, key.Kid())
		}
	}
	issuer.mutex.RLock()
	defer issuer.mutex.RUnlock()
	var url string
	switch {
	case issuer.pinned:
	case issuer.jwksURI != nil:
		url = *issuer.jwksURI
	case issuer.metadata != nil:
		url = issuer.metadata.jwksURI
	}
	if url != "" && len(set.Keys) == 0 {
		detail.Trouble = troubleOf(CauseNoKeys, url, "")
	} else if url != "" {
		var ago int64
		if issuer.attempts.hasEnded {
			ago = minus(now, issuer.attempts.endedAt)
		}
		detail.Trouble = troubleOf(CauseCooldown, url, fmt.Sprintf(
			"fetched %d seconds ago, and at most every %d seconds", ago, issuer.ages.cooldown))
	}
	return because(RuleKid, detail)
}

// fetched records what was fetched; it returns whether it was fetched for this source, and what was wrong with it.
func (issuer *issuer) fetched(fetch *fetch, answer *response, failure *Trouble, now int64) (bool, *Trouble) {
	if fetch.key != fetchMetadata && fetch.key != fetchKeys {
		return false, nil
	}
	issuer.mutex.Lock()
	defer issuer.mutex.Unlock()
	trouble := fetch.check(answer, failure)
	if fetch.key == fetchKeys {
		return true, issuer.readKeys(fetch, answer, trouble, now)
	}
	var read *metadata
	if trouble == nil {
		read, trouble = readMetadata(fetch, answer, issuer.address.issuer, issuer.allowHTTP)
	}
	issuer.tookMetadata(read, trouble, now)
	return true, trouble
}

func (issuer *issuer) tookMetadata(read *metadata, trouble *Trouble, now int64) {
	if trouble == nil {
		// Not an attempt yet: the keys are next.
		issuer.metadata, issuer.metadataAt, issuer.metadataTrouble = read, now, nil
		return
	}
	// The other place is tried at once; when neither answers, the attempt has failed, for the reason that says more: an
	// absent document says the least.
	told, first := trouble, issuer.metadataTrouble
	if issuer.place > 0 && first != nil && (first.Status != 404 || trouble.Status == 404) {
		told = first
	}
	issuer.place, issuer.metadataTrouble = 1-issuer.place, told
	if issuer.place == 0 {
		issuer.metadataTrouble = nil
		issuer.attempts.ended(told, now)
	}
}

func (issuer *issuer) readKeys(fetch *fetch, answer *response, trouble *Trouble, now int64) *Trouble {
	var set *jose.JWKSet
	if trouble == nil {
		var err error
		if set, err = jose.ParseJWKSet(answer.body); err != nil {
			trouble = noDocument(fetch, answer, err.Error())
		}
	}
	issuer.attempts.ended(trouble, now)
	if trouble != nil {
		return trouble
	}
	next := &kept{set: set, at: now, refreshAfter: issuer.ages.refreshAfter}
	if before := issuer.keys; before != nil && before.set.Equal(set) {
		next.revision = before.revision
	}
	if next.revision == 0 {
		next.revision = issuer.revisions.Add(1)
	}
	if age, found := maxAgeOf(answer.cacheControl); found {
		next.refreshAfter = min(max(age, issuer.ages.cooldown), issuer.ages.refreshAfter)
	}
	issuer.keys = next
	if len(set.Keys) == 0 {
		return troubleOf(CauseNoKeys, fetch.url, "")
	}
	return nil
}

// nextFetch is the fetch of the keys, or of the metadata that says where they are.
func (issuer *issuer) nextFetch(now int64) *fetch {
	const accept = "application/jwk-set+json, application/json"
	switch {
	case issuer.jwksURI != nil:
		return get(fetchKeys, *issuer.jwksURI, accept)
	case issuer.metadata != nil && minus(now, issuer.metadataAt) < metadataMaxAge:
		return get(fetchKeys, issuer.metadata.jwksURI, accept)
	default:
		return issuer.metadataFetch()
	}
}

func (issuer *issuer) metadataFetch() *fetch {
	return get(fetchMetadata, metadataURLs(issuer.address.base)[issuer.place], "application/json")
}

// maxAgeOf is max-age of Cache-Control (RFC 9111 sections 5.2 and 5.2.2.1): directives are case-insensitive, and may be
// quoted.
func maxAgeOf(cacheControl string) (int64, bool) {
	for directive := range strings.SplitSeq(cacheControl, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(directive), "=")
		if !found || !strings.EqualFold(name, "max-age") {
			continue
		}
		seconds, err := strconv.ParseInt(strings.Trim(value, `"`), 10, 64)
		if err == nil {
			return seconds, true
		}
	}
	return 0, false
}
