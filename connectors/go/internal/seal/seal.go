// Package seal encrypts what is given to clients to keep, so that they can neither read nor change it.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// MinSecret is how many bytes a secret has at least.
const MinSecret = 32

// ErrShort is returned for a secret of fewer than MinSecret bytes, and for no secret.
var ErrShort = errors.New("has to be 32 bytes or more")

// Sealer seals by AES-256-GCM with random nonces, for one purpose.
type Sealer struct {
	// ciphers are one per secret; the first one seals, and all of them open.
	ciphers []cipher.AEAD
}

// New makes a sealer. The key is derived from the secret by HKDF (RFC 5869) for the purpose alone, so that what was sealed
// for one purpose opens for no other. The first secret seals, and all of them open.
func New(secrets []string, purpose string) (*Sealer, error) {
	if len(secrets) == 0 {
		return nil, ErrShort
	}
	made := &Sealer{}
	for _, secret := range secrets {
		if len(secret) < MinSecret {
			return nil, ErrShort
		}
		key, err := hkdf.Key(sha256.New, []byte(secret), nil, "credenza "+purpose, 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		made.ciphers = append(made.ciphers, aead)
	}
	return made, nil
}

// Seal encrypts a text as base64url. What it stands for, such as the name of its cookie, is authenticated with it.
func (sealer *Sealer) Seal(plain []byte, standsFor string) string {
	sealed := sealer.ciphers[0].Seal(nil, nil, plain, []byte(standsFor))
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// Open is what was sealed; false for anything else.
func (sealer *Sealer) Open(text, standsFor string) ([]byte, bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		return nil, false
	}
	for _, aead := range sealer.ciphers {
		if plain, err := aead.Open(nil, nil, sealed, []byte(standsFor)); err == nil {
			return plain, true
		}
	}
	return nil, false
}
