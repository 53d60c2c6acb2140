package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"strings"
)

// ReadPEM reads public keys (BEGIN PUBLIC KEY, RFC 7468 section 13) and those of certificates, one or several; they verify
// tokens with whatever kid. There may be other text around them, but no other PEM. Of a certificate its key alone is read:
// who trusts the key has judged names and dates before.
func ReadPEM(text string) (*JWKSet, error) {
	const begin = "-----BEGIN "
	if strings.Contains(text, "PRIVATE KEY-----") {
		return nil, ErrKeyPrivate
	}
	set, rest := &JWKSet{}, []byte(text)
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		key, err := ofBlock(block)
		if err != nil {
			return nil, err
		}
		set.Keys = append(set.Keys, &JWK{key: key, ofAnyKid: true})
	}
	// What looks like PEM and was not read is not passed over.
	if len(set.Keys) == 0 || strings.Count(text, begin) != len(set.Keys) {
		return nil, ErrKeyMember
	}
	return set, nil
}

func ofBlock(block *pem.Block) (*publicKey, error) {
	switch block.Type {
	case "PUBLIC KEY":
		return ofSPKI(block.Bytes)
	case "CERTIFICATE":
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, ErrKeyMember
		}
		return ofSPKI(certificate.RawSubjectPublicKeyInfo)
	default:
		return nil, ErrKeyUnsupported
	}
}

// ofSPKI reads SubjectPublicKeyInfo (RFC 5280 section 4.1).
func ofSPKI(der []byte) (*publicKey, error) {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, ErrKeyMember
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		return newRSA(key.N.Bytes(), big.NewInt(int64(key.E)).Bytes())
	case ed25519.PublicKey:
		return newEd25519(key)
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		crv := key.Curve.Params().Name
		if err != nil || (crv != "P-256" && crv != "P-384" && crv != "P-521") {
			return nil, ErrKeyUnsupported
		}
		half := len(point) / 2
		return newEC(crv, key.Curve, point[1:half+1], point[half+1:])
	default:
		return nil, ErrKeyUnsupported
	}
}
