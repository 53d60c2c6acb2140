package jose

import (
	"crypto"
	_ "crypto/sha256" // RS256, PS256, ES256, HS256
	_ "crypto/sha512" // the other algorithms
	"slices"
)

// Algorithm is a signature algorithm by its alg name (RFC 7518 section 3.1, RFC 8037 section 3.1). There is none for
// "none".
type Algorithm string

// The supported signature algorithms.
const (
	RS256 Algorithm = "RS256"
	RS384 Algorithm = "RS384"
	RS512 Algorithm = "RS512"
	PS256 Algorithm = "PS256"
	PS384 Algorithm = "PS384"
	PS512 Algorithm = "PS512"
	ES256 Algorithm = "ES256"
	ES384 Algorithm = "ES384"
	ES512 Algorithm = "ES512"
	EdDSA Algorithm = "EdDSA"
	// Ed25519 stands for the same signatures as EdDSA (RFC 9864).
	Ed25519 Algorithm = "Ed25519"
	HS256   Algorithm = "HS256"
	HS384   Algorithm = "HS384"
	HS512   Algorithm = "HS512"
)

var algorithms = []Algorithm{
	RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519, HS256, HS384, HS512,
}

// Algorithms lists every supported algorithm.
func Algorithms() []Algorithm { return slices.Clone(algorithms) }

// Asymmetric lists every algorithm with a public key.
func Asymmetric() []Algorithm {
	return slices.DeleteFunc(Algorithms(), Algorithm.IsSymmetric)
}

// ParseAlgorithm reads an alg value, which is case-sensitive (RFC 7515 section 4.1.1).
func ParseAlgorithm(name string) (Algorithm, bool) {
	alg := Algorithm(name)
	return alg, slices.Contains(algorithms, alg)
}

// IsSymmetric tells whether signer and verifier share one secret (HS*).
func (alg Algorithm) IsSymmetric() bool { return alg == HS256 || alg == HS384 || alg == HS512 }

// isSame tells whether two names stand for the same signatures: EdDSA and Ed25519 do (RFC 9864 section 2.2).
func (alg Algorithm) isSame(other Algorithm) bool {
	if alg == Ed25519 {
		alg = EdDSA
	}
	if other == Ed25519 {
		other = EdDSA
	}
	return alg == other
}

func (alg Algorithm) isPSS() bool { return alg == PS256 || alg == PS384 || alg == PS512 }

func (alg Algorithm) isRSA() bool {
	return alg.isPSS() || alg == RS256 || alg == RS384 || alg == RS512
}

// Hash is the hash function that the algorithm names. Ed25519 hashes with SHA-512 inside, so SHA-512 is what EdDSA
// stands for here.
func (alg Algorithm) Hash() crypto.Hash {
	switch alg {
	case RS256, PS256, ES256, HS256:
		return crypto.SHA256
	case RS384, PS384, ES384, HS384:
		return crypto.SHA384
	default:
		return crypto.SHA512
	}
}

func (alg Algorithm) digest(message string) []byte {
	hash := alg.Hash().New()
	hash.Write([]byte(message))
	return hash.Sum(nil)
}
