package credenzatest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// Prover is a client that signs DPoP proofs with a key of its own (RFC 9449 section 4.2).
type Prover struct {
	private *ecdsa.PrivateKey
	jwk     map[string]string
	now     func() time.Time
}

// NewProver makes a client whose proofs have the time of the issuer.
func (issuer *Issuer) NewProver() *Prover {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("credenzatest: the system gives no randomness: " + err.Error())
	}
	jwk := coordinates(private)
	jwk["kty"], jwk["crv"] = "EC", "P-256"
	return &Prover{private, jwk, issuer.time}
}

// Bound binds a token to the key of the client.
func (prover *Prover) Bound() Option {
	return Claim("cnf", map[string]string{"jkt": prover.thumbprint()})
}

// thumbprint is by RFC 7638.
func (prover *Prover) thumbprint() string {
	hash := sha256.Sum256([]byte(`{"crv":"P-256","kty":"EC","x":"` + prover.jwk["x"] + `","y":"` + prover.jwk["y"] + `"}`))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// Proof is the value of the DPoP field for one request with a token; a nonce may be left out.
func (prover *Prover) Proof(method, url, token string, nonce ...string) string {
	ath := sha256.Sum256([]byte(token))
	claims := map[string]any{
		"jti": rand.Text(), "htm": method, "htu": url, "iat": prover.now().Unix(),
		"ath": base64.RawURLEncoding.EncodeToString(ath[:]),
	}
	if len(nonce) > 0 {
		claims["nonce"] = nonce[0]
	}
	return signed(prover.private, map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": prover.jwk}, claims)
}

// coordinates are x and y of a JWK (RFC 7518 section 6.2.1).
func coordinates(private *ecdsa.PrivateKey) map[string]string {
	point, err := private.PublicKey.Bytes()
	if err != nil {
		panic("credenzatest: " + err.Error())
	}
	return map[string]string{
		"x": base64.RawURLEncoding.EncodeToString(point[1:33]), "y": base64.RawURLEncoding.EncodeToString(point[33:]),
	}
}

// signed is a JWS with ES256.
func signed(private *ecdsa.PrivateKey, header, claims any) string {
	input := encode(header) + "." + encode(claims)
	hash := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private, hash[:])
	if err != nil {
		panic("credenzatest: " + err.Error())
	}
	signature := make([]byte, 64)
	r.FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}
