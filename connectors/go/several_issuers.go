package credenza

import (
	"context"
	"errors"
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// Issuers are several validators, one for each issuer that is trusted. A request is decided by the validator whose issuer
// its token names, and by no other: iss is read before the signature is verified, and then checked like everything else.
//
// The first validator decides about everything that names no issuer: a request without a token, or with one that cannot be
// read, such as an opaque or an encrypted one.
type Issuers struct{ validators []*Validator }

// NewIssuers puts validators together. A *SettingsError tells that there is none, or that two have the same issuer.
func NewIssuers(validators ...*Validator) (*Issuers, error) {
	if len(validators) == 0 {
		return nil, refuse("issuer", "is needed: a validator for each one")
	}
	for at, own := range validators {
		for _, before := range validators[:at] {
			if before.rules.address.issuer == own.rules.address.issuer {
				return nil, refuse("issuer", "is there twice: "+own.rules.address.issuer)
			}
		}
	}
	return &Issuers{validators}, nil
}

// Check decides as the Check of the validator whose issuer the token names. A token of an issuer that no validator has
// is refused by RuleIss.
func (issuers *Issuers) Check(ctx context.Context, request Request, needs ...Need) (*Allowed, error) {
	first := issuers.validators[0]
	presented, halt := readCredentials(&request)
	if halt != nil {
		return first.Check(ctx, request, needs...)
	}
	validator, halt := issuers.choose(presented.token)
	if halt != nil {
		requirement := Require(needs...)
		halt.detail.unverified(presented.token)
		return nil, first.denied(halt, presented.scheme, &requirement, first.driver.now())
	}
	return validator.Check(ctx, request, needs...)
}

func (issuers *Issuers) choose(token string) (*Validator, *halt) {
	if len(token) > jose.MaxBytes || strings.Count(token, ".") != 2 || !isJWT(token) {
		return issuers.validators[0], nil
	}
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	octets, errEncoding := jose.DecodeBase64URL(payload)
	claims, _, err := parseClaims(string(octets))
	if err != nil || errEncoding != nil {
		return issuers.validators[0], nil
	}
	iss, isText := claims.Member("iss").Str()
	if !isText {
		return issuers.validators[0], nil
	}
	for _, own := range issuers.validators {
		if own.rules.address.is(iss) {
			return own, nil
		}
	}
	return nil, other(RuleIss, "iss", []string{iss}, issuers.names())
}

func (issuers *Issuers) names() []string {
	var names []string
	for _, own := range issuers.validators {
		names = append(names, own.rules.address.issuer)
	}
	return names
}

// Ready is the Ready of each validator; what each says is joined. The others work even where one is not ready.
func (issuers *Issuers) Ready(ctx context.Context) error {
	trouble := make([]error, len(issuers.validators))
	for at, own := range issuers.validators {
		trouble[at] = own.Ready(ctx)
	}
	return errors.Join(trouble...)
}

// Close closes each validator.
func (issuers *Issuers) Close() error {
	var trouble []error
	for _, own := range issuers.validators {
		trouble = append(trouble, own.Close())
	}
	return errors.Join(trouble...)
}
