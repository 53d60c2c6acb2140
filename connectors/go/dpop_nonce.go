package credenza

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"

	"credenza.dev/credenza/internal/jose"
)

const shortestSecret = 32

// nonces makes and knows nonces for DPoP proofs (RFC 9449 sections 8 and 9): each tells when it was made, so that none
// is stored.
type nonces struct {
	secret []byte
	// maxAge is how old a nonce may be, in seconds.
	maxAge int64
}

// newNonces makes them by a secret that all nodes share, or for nil by one of this process.
func newNonces(secret []byte, maxAge int64) (*nonces, error) {
	if secret == nil {
		secret = make([]byte, shortestSecret)
		if _, err := rand.Read(secret); err != nil {
			return nil, refuse("dpop.nonce_secret", "the system gives no randomness")
		}
	}
	if len(secret) < shortestSecret {
		return nil, refuse("dpop.nonce_secret", "not base64url of 32 bytes at least")
	}
	return &nonces{secret, maxAge}, nil
}

// make is the nonce of this second.
func (nonces *nonces) make(now int64) string {
	time := binary.BigEndian.AppendUint64(nil, uint64(now))
	return jose.EncodeBase64URL(append(time, nonces.tag(time)...))
}

func (nonces *nonces) tag(time []byte) []byte {
	mac := hmac.New(sha256.New, nonces.secret)
	mac.Write(time)
	return mac.Sum(nil)
}

// age is how old a nonce is, in seconds; false for one that was not made here, or is too old.
func (nonces *nonces) age(nonce string, leeway, now int64) (int64, bool) {
	octets, err := jose.DecodeBase64URL(nonce)
	if err != nil || len(octets) < 8 || !hmac.Equal(octets[8:], nonces.tag(octets[:8])) {
		return 0, false
	}
	age := minus(now, int64(binary.BigEndian.Uint64(octets)))
	return age, age >= -leeway && age <= plus(nonces.maxAge, leeway)
}
