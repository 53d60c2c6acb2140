package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"testing"
	"time"

	"credenza.dev/credenza"
)

func TestAssertionsAreVerifiedByTheValidator(t *testing.T) {
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	factors, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for alg, key := range map[string]crypto.Signer{"ES256": elliptical, "EdDSA": edwards, "RS256": factors} {
		client := Client{ID: "shop", Key: key, KeyID: "one"}
		form, header := url.Values{}, http.Header{}
		if err := client.authenticate(form, header, "https://id.example"); err != nil {
			t.Fatal(err)
		}
		encoded, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		validator, err := credenza.New(credenza.Settings{
			Issuer: "shop", Audience: "https://id.example", TokenTypes: []credenza.TokenType{credenza.PlainJWT},
			KeysPEM:        string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: encoded})),
			OptionalClaims: []string{"client_id"}, Algorithms: []credenza.Algorithm{credenza.Algorithm(alg)},
		})
		if err != nil {
			t.Fatal(err)
		}
		allowed, err := validator.CheckToken(t.Context(), form.Get("client_assertion"))
		if err != nil || allowed.Claims.Subject() != "shop" || allowed.Claims.ID() == "" || time.Until(allowed.Claims.ExpiresAt()) > time.Minute {
			t.Errorf("%s: %v", alg, err)
		}
		if header.Get("Authorization") != "" || form.Get("client_id") != "shop" {
			t.Errorf("%s: %v %v", alg, header, form)
		}
	}
	weak, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if CheckKey(weak) == nil {
		t.Error("a key of another curve is taken")
	}
}

func TestSecretsAreEncodedAsInAForm(t *testing.T) {
	client, header := Client{ID: "a:b", Secret: "c d%"}, http.Header{}
	if err := client.authenticate(url.Values{}, header, ""); err != nil {
		t.Fatal(err)
	}
	// a%3Ab:c+d%25
	if found := header.Get("Authorization"); found != "Basic YSUzQWI6YytkJTI1" {
		t.Errorf("found %s", found)
	}
}
