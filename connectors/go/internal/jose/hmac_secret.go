package jose

import (
	"bytes"
	"crypto/hmac"
	"hash"
	"slices"
	"sync"
)

// Secret is a shared secret of HS256, HS384 and HS512 (RFC 7518 section 3.2), prepared for the algorithms that it may
// be used with.
type Secret struct {
	algorithms []Algorithm
	macs       []*sync.Pool
}

// NewSecret prepares a secret. ErrAlgorithmRefused for an asymmetric algorithm; ErrSecret for a secret shorter than
// the hash, and for the text of a PEM key: a public key passed as a secret is how algorithm confusion starts.
func NewSecret(secret []byte, algorithms []Algorithm) (*Secret, error) {
	prepared := &Secret{}
	for _, alg := range algorithms {
		if !alg.IsSymmetric() {
			return nil, ErrAlgorithmRefused
		}
		if len(secret) < alg.Hash().Size() || bytes.Contains(secret, []byte("-----BEGIN ")) {
			return nil, ErrSecret
		}
		key := bytes.Clone(secret)
		pool := &sync.Pool{New: func() any { return hmac.New(alg.Hash().New, key) }}
		prepared.algorithms = append(prepared.algorithms, alg)
		prepared.macs = append(prepared.macs, pool)
	}
	return prepared, nil
}

// VerifyWithSecret checks an HMAC.
func (token *Unverified) VerifyWithSecret(secret *Secret) (*Verified, error) {
	at := slices.Index(secret.algorithms, token.Header.Alg)
	if at < 0 {
		return nil, ErrAlgorithmRefused
	}
	mac, isHash := secret.macs[at].Get().(hash.Hash)
	if !isHash {
		return nil, ErrSecret
	}
	defer secret.macs[at].Put(mac)
	mac.Reset()
	mac.Write([]byte(token.signingInput))
	var room [64]byte
	if !hmac.Equal(mac.Sum(room[:0]), token.signature) {
		return nil, ErrSignature
	}
	return token.verified(), nil
}
