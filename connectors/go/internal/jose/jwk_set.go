package jose

import (
	"errors"
	"slices"
)

// Bounds of a key set: its text in bytes, and its keys.
const (
	MaxSetBytes = 256 * 1024
	MaxSetKeys  = 100
)

// ErrKeySet is returned for a document that is too long, has too many keys, or is not a key set.
var ErrKeySet = errors.New("not a JWK set of at most 100 keys and 256 KiB")

// JWKSet is a set of public keys (RFC 7517 section 5).
type JWKSet struct {
	// Keys are the usable keys, in the order of the document.
	Keys []*JWK
}

// ParseJWKSet reads a key set. A key that cannot be used here (unknown kind or alg, private, too small) is ignored, as
// RFC 7517 section 5 asks: one key must not hide the others.
func ParseJWKSet(text string) (*JWKSet, error) {
	if len(text) > MaxSetBytes {
		return nil, ErrKeySet
	}
	document, err := ParseObject(text)
	list := document.Member("keys")
	if err != nil || list == nil || list.Kind != List || len(list.Items) > MaxSetKeys {
		return nil, ErrKeySet
	}
	set := &JWKSet{}
	for at := range list.Items {
		if list.Items[at].Kind != Object {
			continue
		}
		if key, err := ReadJWK(&list.Items[at]); err == nil {
			set.Keys = append(set.Keys, key)
		}
	}
	return set, nil
}

// Of are the keys of the set that are good for tokens of an issuer.
func (set *JWKSet) Of(issuer string) *JWKSet {
	isOf := func(key *JWK) bool { return key.IsOf(issuer) }
	if !slices.ContainsFunc(set.Keys, func(key *JWK) bool { return !isOf(key) }) {
		return set
	}
	own := &JWKSet{}
	for _, key := range set.Keys {
		if isOf(key) {
			own.Keys = append(own.Keys, key)
		}
	}
	return own
}

// Equal tells whether two sets have the same keys in the same order.
func (set *JWKSet) Equal(other *JWKSet) bool {
	return slices.EqualFunc(set.Keys, other.Keys, (*JWK).Equal)
}

// mayHaveMade tells whether a key of the set may have made a signature: one that fits alg, and with a kid only one
// that has exactly that.
func mayHaveMade(key *JWK, header *Header) bool {
	return key.Fits(header.Alg) && (!header.HasKid || key.ofAnyKid || (key.hasKid && key.kid == header.Kid))
}
