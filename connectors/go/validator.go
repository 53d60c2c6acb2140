// Package credenza decides whether requests may pass: Validator.Check does that for access tokens of Credenza and of
// any standard issuer, and says what to answer if not. ID tokens and logout tokens have checks of their own. The package
// guard puts a Validator in front of a handler of net/http.
//
// It needs nothing but the standard library. Its decisions are those of Credenza's validators in every other language:
// all pass the same vectors.
//
//	access tokens          RFC 9068, RFC 6750, RFC 9470
//	sender constraints     RFC 9449 (DPoP), RFC 8705 (certificates)
//	ID and logout tokens   OpenID Connect Core 3.1.3.7, Back-Channel Logout 2.6
//	keys and metadata      OpenID Connect Discovery, RFC 8414, RFC 7517
//	opaque tokens          RFC 7662
//	encrypted tokens       RFC 7516: RSA-OAEP-256 and ECDH-ES, AES-GCM and AES-CBC with HMAC
package credenza

import (
	"context"
	"errors"
)

// Validator decides whether requests may pass. Made once, used from any goroutine. What has to be fetched first (the
// issuer's metadata and keys) is fetched once for all goroutines that wait; later refreshes happen in the background.
type Validator struct {
	issuers *issuers
	// proofs is nil where DPoP is not supported.
	proofs *proofs
	driver *driver
}

// ErrClosed is returned by checks that would have to fetch something after Close.
var ErrClosed = errors.New("credenza: the validator is closed")

// New makes a validator. A *SettingsError names the setting that is missing, empty, contradictory or malformed. It
// fetches nothing yet: the first check does, or Ready.
func New(settings Settings) (*Validator, error) {
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	return newValidator(config, settings.Host)
}

func newValidator(config config, host Host) (*Validator, error) {
	if err := host.asking(&config); err != nil {
		return nil, err
	}
	// Of several faults the issuer's are told first.
	if _, err := newRules(config); err != nil {
		return nil, err
	}
	proofs, err := newProofs(config.dpop)
	shared := &shared{
		verified: newVerifiedTokens(config.cacheSize), proofs: proofs, logouts: newReplays(rememberedLogouts),
	}
	made := &Validator{proofs: proofs, driver: newDriver(host)}
	var errIssuers error
	if made.issuers, errIssuers = newIssuers(config, shared); errIssuers != nil {
		return nil, errIssuers
	}
	if err != nil {
		return nil, err
	}
	made.driver.record = made.fetched
	return made, nil
}

// Check decides whether a request may pass (RFC 9068 section 4, RFC 6750, RFC 9449 section 7). The error is a *Denied,
// which says what to answer, or that of the context.
func (validator *Validator) Check(ctx context.Context, request Request, needs ...Need) (*Allowed, error) {
	requirement := Require(needs...)
	presented, halt := readCredentials(&request)
	return validator.decide(ctx, &request, presented, halt, &requirement)
}

// CheckToken is Check for a program that has extracted a bearer token from its request. The text must be exactly the
// token.
func (validator *Validator) CheckToken(ctx context.Context, token string, needs ...Need) (*Allowed, error) {
	requirement := Require(needs...)
	if isBlank(token) {
		return validator.decide(ctx, &Request{}, nil, deny(RuleTokenMissing), &requirement)
	}
	presented, halt := presented(schemeBearer, token)
	return validator.decide(ctx, &Request{}, presented, halt, &requirement)
}

func (validator *Validator) decide(
	ctx context.Context, request *Request, presented *credentials, halted *halt, requirement *Requirement,
) (*Allowed, error) {
	if halted != nil {
		return nil, validator.denied(halted, "", requirement, validator.driver.now())
	}
	return validator.driver.run(ctx, func(now int64) step {
		found, halted := validator.byIssuer(presented.token, now, func(own *trusted) (passed, *halt) {
			return own.checkAccessToken(request, presented, requirement, now)
		})
		return stepOf(found, halted, func() *Denied {
			halted.detail.unverified(presented.token)
			return validator.denied(halted, presented.scheme, requirement, now)
		})
	})
}

// CheckIDToken decides whether an ID token is valid for the client of the settings (OpenID Connect Core 3.1.3.7). A
// *Denied has no challenge, as it answers no HTTP request.
func (validator *Validator) CheckIDToken(
	ctx context.Context, token string, expected IDTokenExpectations,
) (*Claims, error) {
	return claimsOf(validator.driver.run(ctx, func(now int64) step {
		found, halted := validator.byIssuer(token, now, func(own *trusted) (passed, *halt) {
			return own.checkIDToken(token, &expected, now)
		})
		return stepOf(found, halted, func() *Denied {
			halted.detail.unverified(token)
			return unchallenged(halted)
		})
	}))
}

// CheckLogoutToken decides whether a logout token is valid for the client of the settings (OpenID Connect Back-Channel
// Logout 2.6). It is accepted once.
func (validator *Validator) CheckLogoutToken(ctx context.Context, token string) (*Claims, error) {
	return claimsOf(validator.driver.run(ctx, func(now int64) step {
		found, halted := validator.byIssuer(token, now, func(own *trusted) (passed, *halt) {
			return own.checkLogoutToken(token, now)
		})
		return stepOf(found, halted, func() *Denied {
			halted.detail.unverified(token)
			return unchallenged(halted)
		})
	}))
}

// byIssuer makes a check by the issuer that a token names.
func (validator *Validator) byIssuer(
	token string, now int64, check func(*trusted) (passed, *halt),
) (passed, *halt) {
	own, halt := validator.issuers.find(token, now)
	if halt != nil {
		return passed{}, halt
	}
	return own.named(check(own))
}

// Ready fetches what every check needs, the keys of each issuer and its feed of revoked tokens, so that trouble with an
// issuer shows at the start. A validator that is not ready recovers by itself once the issuer answers.
func (validator *Validator) Ready(ctx context.Context) error {
	for _, own := range validator.issuers.named() {
		_, err := validator.driver.run(ctx, func(now int64) step {
			found, halt := own.ready(now)
			return stepOf(found, halt, func() *Denied { return unchallenged(halt) })
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Settle waits until no fetch is under way, in the background either: for tests that count fetches.
func (validator *Validator) Settle(ctx context.Context) error { return validator.driver.settle(ctx) }

// Close ends fetches that are under way, in the background too, and waits for them. Later checks use what is known.
func (validator *Validator) Close() error { return validator.driver.close() }

// fetched records what was fetched, or with nil why it could not be; it returns what was wrong with it.
func (validator *Validator) fetched(fetch *fetch, answer *response, failure *Trouble, now int64) *Trouble {
	if fetch.kind == fetchRemember {
		return validator.proofs.atHost.fetched(fetch, answer, failure)
	}
	return validator.issuers.fetched(fetch, answer, failure, now)
}

func stepOf(found passed, halt *halt, denied func() *Denied) step {
	switch {
	case halt == nil:
		allowed := &Allowed{Claims: found.claims, DPoPNonce: found.dpopNonce}
		return step{allowed: allowed, fetch: found.background}
	case halt.fetch != nil:
		return step{fetch: halt.fetch}
	default:
		return step{denied: denied()}
	}
}

func claimsOf(allowed *Allowed, err error) (*Claims, error) {
	if err != nil {
		return nil, err
	}
	return allowed.Claims, nil
}
