package credenza

import (
	"strconv"
	"strings"
	"sync/atomic"
)

// trusted is one issuer of a validator: what its tokens must look like, and what was fetched from it.
type trusted struct {
	// number tells which one it is; 0 is the one of the settings themselves.
	number uint64
	rules  *rules
	issuer *issuer
	tokens *tokens
	// introspections and revocations are nil where the settings do not ask for them.
	introspections *introspections
	revocations    *revocations
	*shared
}

// shared is what the issuers of a validator have in common.
type shared struct {
	// verified is nil where nothing is cached.
	verified *verifiedTokens
	// revisions counts the key sets of all issuers.
	revisions atomic.Uint64
	// proofs is nil where DPoP is not supported.
	proofs  *proofs
	logouts *replays
}

func newTrusted(number uint64, config config, shared *shared) (*trusted, error) {
	rules, err := newRules(config)
	if err != nil {
		return nil, err
	}
	made := &trusted{number: number, rules: rules, shared: shared}
	if made.issuer, err = newIssuer(rules, &shared.revisions); err != nil {
		return nil, err
	}
	if made.tokens, err = newTokens(rules, shared.verified); err != nil {
		return nil, err
	}
	if made.introspections, err = newIntrospections(rules); err != nil {
		return nil, err
	}
	if made.revocations, err = newRevocations(rules); err != nil {
		return nil, err
	}
	return made, nil
}

// ready tells whether the issuer's documents are there, and of use.
func (trusted *trusted) ready(now int64) (passed, *halt) {
	background, halt := trusted.issuer.ready(now)
	if own := trusted.introspections; halt == nil && own != nil && own.settings.endpoint == nil {
		_, halt = trusted.issuer.introspectionEndpoint(now)
	}
	if own := trusted.revocations; halt == nil && own != nil {
		_, _, halt = own.current(trusted.issuer, now)
	}
	return trusted.named(passed{background: background}, halt)
}

// fetched records what was fetched for this issuer; it returns what was wrong with it.
func (trusted *trusted) fetched(fetch *fetch, answer *response, failure *Trouble, now int64) *Trouble {
	if isOwn, trouble := trusted.issuer.fetched(fetch, answer, failure, now); isOwn {
		return trouble
	}
	if own := trusted.introspections; own != nil {
		if isOwn, trouble := own.fetched(fetch, answer, failure, trusted.issuer, now); isOwn {
			return trouble
		}
	}
	if own := trusted.revocations; own != nil {
		if isOwn, trouble := own.fetched(fetch, answer, failure, trusted.issuer, now); isOwn {
			return trouble
		}
	}
	return failure
}

// named is the outcome of a check, with the number of this issuer in what is to be fetched.
func (trusted *trusted) named(found passed, halted *halt) (passed, *halt) {
	found.background = trusted.namedFetch(found.background)
	if halted != nil && halted.fetch != nil {
		halted = need(trusted.namedFetch(halted.fetch))
	}
	return found, halted
}

func (trusted *trusted) namedFetch(fetch *fetch) *fetch {
	if fetch == nil || trusted.number == 0 || fetch.kind != fetchByHTTP {
		return fetch
	}
	named := *fetch
	named.key = strconv.FormatUint(trusted.number, 10) + " " + fetch.key
	return &named
}

// namedBy is the number of the issuer for which something was fetched, and the fetch as its sources know it.
func namedBy(named *fetch) (uint64, *fetch) {
	number, key, found := strings.Cut(named.key, " ")
	at, err := strconv.ParseUint(number, 10, 64)
	if !found || err != nil {
		return 0, named
	}
	bare := *named
	bare.key = key
	return at, &bare
}
