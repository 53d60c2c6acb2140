package credenza

import (
	"errors"
	"strconv"

	"credenza.dev/credenza/internal/jose"
)

// issuers are those whose tokens a validator accepts.
type issuers struct {
	// first is the one of the settings themselves.
	first  *trusted
	others []*trusted
	// resolver asks the host about those that the settings do not name; nil without.
	resolver *resolver
}

func newIssuers(config config, shared *shared) (*issuers, error) {
	first, err := newTrusted(0, config, shared)
	if err != nil {
		return nil, err
	}
	made, names := &issuers{first: first}, map[string]bool{config.issuer: true}
	for at, own := range config.issuers {
		place := "issuers." + strconv.Itoa(at)
		if names[own.issuer] {
			return nil, refuse(place+".issuer", "is there twice")
		}
		names[own.issuer] = true
		one, err := newTrusted(uint64(at)+1, own.within(&config), shared)
		if err != nil {
			return nil, inside(place, err)
		}
		made.others = append(made.others, one)
	}
	if config.resolveIssuers {
		made.resolver = newResolver(&config, shared, uint64(len(made.others))+1)
	}
	return made, nil
}

// inside is an error of settings that stand inside of others.
func inside(place string, err error) error {
	var refused *SettingsError
	if errors.As(err, &refused) {
		return refuse(place+"."+refused.Setting, refused.Reason)
	}
	return err
}

// find finds the issuer that a token names, which nothing vouches for: it says whose keys and rules the token is checked
// by, and those rules compare it again. A text that names none is for the first, or where it is no JWT for the first that
// is asked about such.
func (issuers *issuers) find(token string, now int64) (*trusted, *halt) {
	if len(issuers.others) == 0 && issuers.resolver == nil {
		return issuers.first, nil
	}
	iss, isNamed := issuers.first.tokens.issUnverified(token, issuers.first.rules)
	if !isNamed {
		for _, own := range issuers.named() {
			if own.introspections != nil && !isJWT(token) {
				return own, nil
			}
		}
		return issuers.first, nil
	}
	var wanted []string
	for _, own := range issuers.named() {
		if own.rules.address.is(iss) {
			return own, nil
		}
		wanted = append(wanted, own.rules.address.spellings()...)
	}
	if issuers.resolver != nil {
		return issuers.resolver.find(iss, now)
	}
	return nil, other(RuleIss, "iss", []string{iss}, wanted)
}

// named are those that the settings name.
func (issuers *issuers) named() []*trusted {
	return append([]*trusted{issuers.first}, issuers.others...)
}

// fetched records what was fetched for any of them; it returns what was wrong with it.
func (issuers *issuers) fetched(fetch *fetch, answer *response, failure *Trouble, now int64) *Trouble {
	if fetch.kind == fetchResolve && issuers.resolver != nil {
		return issuers.resolver.fetched(fetch, answer, failure, now)
	}
	number, bare := namedBy(fetch)
	for _, own := range issuers.named() {
		if own.number == number {
			return own.fetched(bare, answer, failure, now)
		}
	}
	if issuers.resolver != nil {
		if own := issuers.resolver.numbered(number); own != nil {
			return own.fetched(bare, answer, failure, now)
		}
	}
	// One that is no longer known has nothing to record.
	return failure
}

// issUnverified is the iss of a token, which nothing vouches for; of an encrypted one, of the token inside.
func (tokens *tokens) issUnverified(token string, rules *rules) (string, bool) {
	if int64(len(token)) > rules.maxTokenBytes {
		return "", false
	}
	unverified, halt := tokens.open(token, rules)
	if halt != nil {
		return "", false
	}
	return readIss(unverified)
}

func readIss(unverified *jose.Unverified) (string, bool) {
	payload, err := jose.ParseObject(unverified.Payload())
	if err != nil {
		return "", false
	}
	return payload.Member("iss").Str()
}

// issOf is the iss of a token; empty without one.
func issOf(unverified *jose.Unverified) string {
	iss, _ := readIss(unverified)
	return iss
}
