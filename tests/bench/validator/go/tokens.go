package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

const tokens = 100

// kind is an algorithm with its key, and tokens signed by it.
type kind struct {
	alg    string
	public crypto.PublicKey
	// secret is that of HS256; nil for the others.
	secret []byte
	jwks   []byte
	tokens []string
}

func (kind *kind) key() any {
	if kind.secret != nil {
		return kind.secret
	}
	return kind.public
}

func kinds() []kind {
	rsaKey, errRSA := rsa.GenerateKey(rand.Reader, 2048)
	ecKey, errEC := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	edPublic, edKey, errEd := ed25519.GenerateKey(rand.Reader)
	if errRSA != nil || errEC != nil || errEd != nil {
		panic("the system gives no randomness")
	}
	secret := []byte(rand.Text() + rand.Text())
	return []kind{
		made("RS256", jwt.SigningMethodRS256, rsaKey, &rsaKey.PublicKey, nil),
		made("ES256", jwt.SigningMethodES256, ecKey, &ecKey.PublicKey, nil),
		made("EdDSA", jwt.SigningMethodEdDSA, edKey, edPublic, nil),
		made("HS256", jwt.SigningMethodHS256, secret, nil, secret),
	}
}

func made(alg string, method jwt.SigningMethod, private any, public crypto.PublicKey, secret []byte) kind {
	made := kind{alg: alg, public: public, secret: secret}
	if secret == nil {
		key, err := jwk.Import(public)
		if err != nil {
			panic(err)
		}
		_ = key.Set("kid", "key-1")
		_ = key.Set("alg", alg)
		_ = key.Set("use", "sig")
		if made.jwks, err = json.Marshal(map[string]any{"keys": []any{key}}); err != nil {
			panic(err)
		}
	}
	for number := range tokens {
		token := jwt.NewWithClaims(method, claims(number))
		token.Header["typ"] = "at+jwt"
		if secret == nil {
			token.Header["kid"] = "key-1"
		}
		signed, err := token.SignedString(private)
		if err != nil {
			panic(err)
		}
		made.tokens = append(made.tokens, signed)
	}
	return made
}

func claims(number int) jwt.MapClaims {
	now := time.Now().Unix()
	return jwt.MapClaims{
		"iss": issuer, "aud": audience, "sub": fmt.Sprintf("user-%d", number), "client_id": "client-1",
		"jti": rand.Text(), "iat": now, "nbf": now, "exp": now + 3600, "auth_time": now,
		"scope": "openid profile email read write", "acr": "urn:mace:incommon:iap:silver",
		"amr": []string{"pwd", "otp"}, "sid": "session-123456789", "name": "Ada Lovelace", "given_name": "Ada",
		"family_name": "Lovelace", "email": "ada@example.com", "email_verified": true, "locale": "en-GB",
		"zoneinfo": "Europe/London", "tenant": "acme", "org_id": "org-1", "roles": []string{"admin", "editor"},
		"permissions": []string{"things:read", "things:write"}, "plan": "pro",
	}
}
