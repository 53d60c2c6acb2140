package jose

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"slices"
)

// ErrDecryptionKey is returned for a text that is not a PKCS#8 key in PEM for its algorithm.
var ErrDecryptionKey = errors.New("not a PKCS#8 key in PEM for its alg")

// DecryptionKey is a private key to which others encrypt by one algorithm.
type DecryptionKey struct {
	alg KeyManagement
	rsa *rsa.PrivateKey
	ec  *ecdh.PrivateKey
}

// ReadDecryptionKey reads an unencrypted PKCS#8 key as PEM (RFC 7468 section 10): RSA of 2048 to 4096 bits, or EC on
// P-256 or P-384.
func ReadDecryptionKey(alg KeyManagement, text string) (*DecryptionKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, ErrDecryptionKey
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, ErrDecryptionKey
	}
	switch key := key.(type) {
	case *rsa.PrivateKey:
		bits := key.N.BitLen()
		if alg == RSAOAEP256 && bits >= minRSABits && bits <= 4096 && key.E >= 65537 && key.Validate() == nil {
			return &DecryptionKey{alg: alg, rsa: key}, nil
		}
	case *ecdsa.PrivateKey:
		if alg != ECDHES {
			return nil, ErrDecryptionKey
		}
		private, err := key.ECDH()
		if err == nil && (private.Curve() == ecdh.P256() || private.Curve() == ecdh.P384()) {
			return &DecryptionKey{alg: alg, ec: private}, nil
		}
	}
	return nil, ErrDecryptionKey
}

// Decrypt decrypts the content; ErrUndecipherable, whatever the reason.
func (key *DecryptionKey) Decrypt(jwe *JWE) ([]byte, error) {
	if key.alg != jwe.alg {
		return nil, ErrUndecipherable
	}
	var contentKey []byte
	var err error
	if key.rsa != nil {
		contentKey, err = key.unwrap(jwe)
	} else {
		contentKey, err = key.agree(jwe)
	}
	if err != nil {
		return nil, ErrUndecipherable
	}
	return jwe.enc.decrypt(contentKey, jwe)
}

// unwrap is the key of the content; a wrong one where the RSA decryption fails, so that both ways take the same steps
// and fail at the tag (RFC 7516 section 11.5).
func (key *DecryptionKey) unwrap(jwe *JWE) ([]byte, error) {
	instead := make([]byte, jwe.enc.keyLength())
	if _, err := rand.Read(instead); err != nil {
		return nil, ErrUndecipherable
	}
	contentKey, err := rsa.DecryptOAEP(sha256.New(), nil, key.rsa, jwe.encryptedKey, nil)
	if err != nil || len(contentKey) != len(instead) {
		return instead, nil
	}
	return contentKey, nil
}

// agree is the key that both sides agree on; in direct use the encrypted key is empty (RFC 7516 section 5.2, step 10).
func (key *DecryptionKey) agree(jwe *JWE) ([]byte, error) {
	if len(jwe.encryptedKey) != 0 || jwe.epk == nil || jwe.epk.key.kty != "EC" {
		return nil, ErrUndecipherable
	}
	point := slices.Concat([]byte{4}, jwe.epk.key.first, jwe.epk.key.second)
	public, err := key.ec.Curve().NewPublicKey(point)
	if err != nil {
		return nil, ErrUndecipherable
	}
	secret, err := key.ec.ECDH(public)
	if err != nil {
		return nil, ErrUndecipherable
	}
	return concatKDF(secret, jwe), nil
}

// concatKDF is the Concat KDF with SHA-256 (RFC 7518 section 4.6.2, NIST SP 800-56A section 5.8.1). In direct use the
// algorithm named is enc.
func concatKDF(secret []byte, jwe *JWE) []byte {
	be32 := func(number int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(number)) }
	length := jwe.enc.keyLength()
	var key []byte
	for round := 1; len(key) < length; round++ {
		hash := sha256.New()
		hash.Write(be32(round))
		hash.Write(secret)
		for _, part := range [][]byte{[]byte(jwe.enc), jwe.apu, jwe.apv} {
			hash.Write(be32(len(part)))
			hash.Write(part)
		}
		hash.Write(be32(length * 8))
		key = hash.Sum(key)
	}
	return key[:length]
}
