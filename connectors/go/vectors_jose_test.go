package credenza

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"credenza.dev/credenza/internal/jose"
)

func (vector *vector) runJose(t *testing.T) {
	var expected struct {
		Payload *string `json:"payload"`
		Refused bool    `json:"refused"`
	}
	if err := json.Unmarshal(vector.Expected, &expected); err != nil || (expected.Payload == nil) != expected.Refused {
		t.Fatalf("a case of an unknown kind: %s", vector.Expected)
	}
	payload, err := vector.open()
	if expected.Refused {
		if err == nil {
			t.Errorf("accepted with the payload %q", payload)
		}
		return
	}
	wanted, errWanted := base64.RawURLEncoding.DecodeString(*expected.Payload)
	if errWanted != nil {
		t.Fatal(errWanted)
	}
	if err != nil || payload != string(wanted) {
		t.Errorf("found %q, %v, wanted %q", payload, err, wanted)
	}
}

func (vector *vector) open() (string, error) {
	switch vector.Jose {
	case "decrypt":
		return vector.decrypt()
	case "verify":
		keys, err := jose.ParseJWKSet(string(vector.JWKS))
		if err != nil {
			return "", err
		}
		unverified, err := jose.ParseJWS(vector.Token, jose.MaxBytes)
		if err != nil {
			return "", err
		}
		return payloadOf(unverified.Verify(keys, vector.Algorithms))
	case "verify_hmac":
		octets, err := base64.RawURLEncoding.DecodeString(vector.Secret)
		if err != nil {
			return "", err
		}
		unverified, err := jose.ParseJWS(vector.Token, jose.MaxBytes)
		if err != nil {
			return "", err
		}
		// Prepared for the algorithm of the token alone: the other ones may need a longer secret.
		own := slices.DeleteFunc(slices.Clone(vector.Algorithms), func(alg Algorithm) bool {
			return alg != unverified.Header.Alg
		})
		secret, err := jose.NewSecret(octets, own)
		if err != nil {
			return "", err
		}
		return payloadOf(unverified.VerifyWithSecret(secret))
	default:
		panic("a case of an unknown kind: " + vector.Jose)
	}
}

func payloadOf(verified *jose.Verified, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return verified.Payload, nil
}

func (vector *vector) decrypt() (string, error) {
	if vector.Key == nil {
		return "", errors.New("a key of a kind that is not supported")
	}
	key, err := jose.ReadDecryptionKey(jose.KeyManagement(vector.Key.Alg), vector.Key.PEM)
	if err != nil {
		return "", err
	}
	jwe, err := jose.ParseJWE(vector.Token)
	if err != nil {
		return "", err
	}
	content, err := key.Decrypt(jwe)
	return string(content), err
}
