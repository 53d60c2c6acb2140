package credenza

import "credenza.dev/credenza/internal/jose"

// Algorithm is a signature algorithm by its alg name (RFC 7518 section 3.1). There is none for "none".
type Algorithm = jose.Algorithm

// The supported signature algorithms.
const (
	RS256   = jose.RS256
	RS384   = jose.RS384
	RS512   = jose.RS512
	PS256   = jose.PS256
	PS384   = jose.PS384
	PS512   = jose.PS512
	ES256   = jose.ES256
	ES384   = jose.ES384
	ES512   = jose.ES512
	EdDSA   = jose.EdDSA
	Ed25519 = jose.Ed25519
	HS256   = jose.HS256
	HS384   = jose.HS384
	HS512   = jose.HS512
)
