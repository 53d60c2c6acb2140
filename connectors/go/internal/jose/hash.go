package jose

import "crypto/sha256"

// SHA256 is the SHA-256 of a text.
func SHA256(text string) [32]byte { return sha256.Sum256([]byte(text)) }

// HalfHash is the value of at_hash and c_hash: the left half of the hash that the ID token's alg names, taken over the
// ASCII text (OpenID Connect Core 3.1.3.6 and 3.3.2.11).
func HalfHash(alg Algorithm, value string) string {
	hash := alg.digest(value)
	return EncodeBase64URL(hash[:len(hash)/2])
}
