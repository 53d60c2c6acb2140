package oauth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// Client is how a client authenticates: by its secret, or by a key (private_key_jwt, OpenID Connect Core 9).
type Client struct {
	ID     string
	Secret string
	// Key signs assertions: RSA (RS256), ECDSA on P-256 (ES256) or Ed25519 (EdDSA). nil for a secret.
	Key crypto.Signer
	// KeyID is the kid of assertions; empty for none.
	KeyID string
}

const assertionLifetime = time.Minute

// authenticate adds what proves the client to a request.
func (client *Client) authenticate(form url.Values, header http.Header, audience string) error {
	if client.Key == nil {
		// RFC 6749 section 2.3.1: both are encoded as in a form before they are put together.
		pair := url.QueryEscape(client.ID) + ":" + url.QueryEscape(client.Secret)
		header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
		return nil
	}
	assertion, err := client.assertion(audience, time.Now())
	if err != nil {
		return err
	}
	form.Set("client_id", client.ID)
	form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
	form.Set("client_assertion", assertion)
	return nil
}

// assertion is a JWT of RFC 7523 section 3 for the issuer as its audience.
func (client *Client) assertion(audience string, now time.Time) (string, error) {
	alg, err := algorithm(client.Key)
	if err != nil {
		return "", err
	}
	header := map[string]string{"alg": alg, "typ": "JWT"}
	if client.KeyID != "" {
		header["kid"] = client.KeyID
	}
	claims := map[string]any{
		"iss": client.ID, "sub": client.ID, "aud": audience, "jti": rand.Text(),
		"iat": now.Unix(), "exp": now.Add(assertionLifetime).Unix(),
	}
	var parts [2]string
	for at, part := range []any{header, claims} {
		octets, err := json.Marshal(part)
		if err != nil {
			return "", err
		}
		parts[at] = base64.RawURLEncoding.EncodeToString(octets)
	}
	text := parts[0] + "." + parts[1]
	signature, err := sign(client.Key, []byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

// CheckKey tells what is wrong with a key for assertions; nil for a usable one.
func CheckKey(key crypto.Signer) error {
	_, err := algorithm(key)
	return err
}

func algorithm(key crypto.Signer) (string, error) {
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		if public.Size() >= 256 {
			return "RS256", nil
		}
	case *ecdsa.PublicKey:
		if public.Curve == elliptic.P256() {
			return "ES256", nil
		}
	case ed25519.PublicKey:
		return "EdDSA", nil
	}
	return "", errors.New("has to be RSA of 2,048 bits or more, ECDSA on P-256, or Ed25519")
}

// sign signs as JWS has it: an ECDSA signature is r and s of 32 bytes each (RFC 7518 section 3.4), and not ASN.1.
func sign(key crypto.Signer, text []byte) ([]byte, error) {
	digest := sha256.Sum256(text)
	switch key.Public().(type) {
	case ed25519.PublicKey:
		return key.Sign(rand.Reader, text, crypto.Hash(0))
	case *ecdsa.PublicKey:
		encoded, err := key.Sign(rand.Reader, digest[:], crypto.SHA256)
		if err != nil {
			return nil, err
		}
		return fixed(encoded)
	default:
		return key.Sign(rand.Reader, digest[:], crypto.SHA256)
	}
}
