package credenza

import (
	"math"
	"strings"
	"sync"

	"credenza.dev/credenza/internal/jose"
)

const (
	fetchRevocations = "revocations"
	// maxFeedBytes is how long a feed may be.
	maxFeedBytes = 4 * 1024 * 1024
)

// revocations is the newest of the issuer's feeds of revoked tokens: a JWT of type revocations+jwt, signed as its
// tokens are, whose revoked lists revoked tokens by one claim each: {"gid": "…"}, or with before only those issued
// until then.
type revocations struct {
	issuer   address
	leeway   int64
	settings *revocationsConfig

	mutex    sync.Mutex
	feed     *feed
	feedAt   int64
	attempts attempts
}

// feed is what is revoked; it is never changed.
type feed struct {
	iat int64
	// revoked are the greatest iat that are revoked, by claim and value; math.MaxInt64 for any.
	revoked map[string]map[string]int64
}

func newRevocations(rules *rules) (*revocations, error) {
	own := rules.config.revocations
	switch {
	case own == nil:
		return nil, nil
	case own.uri != nil && !isAcceptable(*own.uri, rules.allowHTTP):
		return nil, refuse("revocations.uri", "has to be an https URL")
	case own.interval < 1 || own.interval > math.MaxInt64/2 || own.maxStale < 2*own.interval:
		return nil, refuse("revocations.interval", "has to be 1 at least, and max_stale twice as much")
	case rules.secret != nil || (rules.hasPinnedKeys() && own.uri == nil):
		return nil, refuse("revocations.uri", "is needed with pinned keys, and a feed needs the issuer's public keys")
	}
	return &revocations{issuer: rules.address, leeway: rules.leeway, settings: own}, nil
}

// current is the current feed, and what to fetch in the background.
func (revocations *revocations) current(issuer *issuer, now int64) (*feed, *fetch, *halt) {
	revocations.mutex.Lock()
	defer revocations.mutex.Unlock()
	feed, age := revocations.feed, minus(now, revocations.feedAt)
	justFailed := revocations.attempts.justFailed(now)
	switch {
	case feed != nil && age < revocations.settings.interval:
		return feed, nil, nil
	case feed != nil && age < 2*revocations.settings.interval:
		if !revocations.attempts.offer(now) {
			return feed, nil, nil
		}
		background, halt := revocations.fetch(issuer, now)
		return feed, background, halt
	case !justFailed:
		fetch, halt := revocations.fetch(issuer, now)
		if halt != nil {
			return nil, nil, halt
		}
		return nil, nil, need(fetch)
	case feed != nil && age < revocations.settings.maxStale:
		return feed, nil, nil
	default:
		return nil, nil, revocations.attempts.refuse(RuleRevocationsUnavailable)
	}
}

func (revocations *revocations) fetch(issuer *issuer, now int64) (*fetch, *halt) {
	var url string
	if uri := revocations.settings.uri; uri != nil {
		url = *uri
	} else {
		var halt *halt
		if url, halt = issuer.revocationsEndpoint(now); halt != nil {
			return nil, halt
		}
	}
	fetch := get(fetchRevocations, url, "application/revocations+jwt")
	fetch.maxBytes = maxFeedBytes
	return fetch, nil
}

// fetched records what was fetched; it returns whether it was fetched for this source, and what was wrong with it.
func (revocations *revocations) fetched(
	fetch *fetch, answer *response, failure *Trouble, issuer *issuer, now int64,
) (bool, *Trouble) {
	if fetch.key != fetchRevocations {
		return false, nil
	}
	var next *feed
	trouble := fetch.check(answer, failure)
	if trouble == nil {
		if next = revocations.read(answer.body, issuer, now); next == nil {
			trouble = troubleOf(CauseUntrusted, fetch.url, "it is no signed feed of this issuer")
		}
	}
	revocations.mutex.Lock()
	defer revocations.mutex.Unlock()
	// A feed older than the current one is ignored: an attacker may hold back the newer one.
	if next != nil && revocations.feed != nil && next.iat < revocations.feed.iat {
		trouble = troubleOf(CauseUntrusted, fetch.url, "it is older than the one before")
	}
	revocations.attempts.ended(trouble, now)
	if trouble == nil {
		revocations.feed, revocations.feedAt = next, now
	}
	return true, trouble
}

// read reads a feed; nil for one that is not good.
func (revocations *revocations) read(body string, issuer *issuer, now int64) *feed {
	unverified, err := jose.ParseJWS(strings.Trim(body, " \t\n\r\f"), maxFeedBytes)
	if err != nil || !unverified.Header.HasTyp || !isType(unverified.Header.Typ, "revocations+jwt") {
		return nil
	}
	keys, _, halt := issuer.keysNow(now)
	if halt != nil {
		return nil
	}
	// Any of the issuer's keys will do: the algorithms of the settings are those of tokens, and the feed has its own.
	verified, err := unverified.Verify(keys.set, jose.Algorithms())
	if err == jose.ErrUnknownKey {
		issuer.refreshSoon(now)
	}
	if err != nil {
		return nil
	}
	return revocations.readVerified(verified.Payload, now)
}

func (revocations *revocations) readVerified(payload string, now int64) *feed {
	document, err := jose.ParseObject(payload)
	list := document.Member("revoked")
	if err != nil || list == nil || list.Kind != jose.List {
		return nil
	}
	// The claims of a feed are read as those of a token are, but for those that a feed does not have.
	own := Claims{}
	for _, name := range []string{"iss", "exp", "nbf", "iat"} {
		if member := document.Member(name); member != nil {
			own.read(name, member)
		}
	}
	if own.judge("iss") != nil || !revocations.issuer.is(own.iss.text) || !own.iat.present || checkTimes(&own, true, revocations.leeway, now) != nil {
		return nil
	}
	next := &feed{iat: own.iat.at, revoked: map[string]map[string]int64{}}
	for at := range list.Items {
		if !next.read(&list.Items[at]) {
			return nil
		}
	}
	return next
}

// read reads an entry: one claim with its value. Of several, each counts alone: revoking too much is safer than
// revoking too little.
func (feed *feed) read(entry *jose.Value) bool {
	until := int64(math.MaxInt64)
	if before := entry.Member("before"); before != nil {
		var isTime bool
		if until, isTime = before.Seconds(); !isTime {
			return false
		}
	}
	for _, claim := range [...]string{"gid", "jti", "sid", "sub", "client_id"} {
		value, present, err := entry.Optional(claim)
		if err != nil {
			return false
		}
		if !present {
			continue
		}
		if feed.revoked[claim] == nil {
			feed.revoked[claim] = map[string]int64{}
		}
		if known, found := feed.revoked[claim][value]; !found || until > known {
			feed.revoked[claim][value] = until
		}
	}
	return entry.Kind == jose.Object
}

// revokes tells whether a token is revoked.
func (feed *feed) revokes(claims *Claims) bool {
	isIn := func(name string, claim claim) bool {
		until, found := feed.revoked[name][claim.text]
		// A token without iat counts as issued before any time: its time is 0.
		return found && claim.present && claims.iat.at <= until
	}
	return isIn("gid", claims.gid) || isIn("jti", claims.jti) || isIn("sid", claims.sid) ||
		isIn("sub", claims.sub) || isIn("client_id", claims.clientID)
}
