package jose

import (
	"errors"
	"strings"
)

// MaxEncryptedBytes is how long a JWE may be, in bytes: a JWS of the greatest length fits in.
const MaxEncryptedBytes = 96 * 1024

// ErrUndecipherable: the text is not a supported JWE, or the key does not decrypt it. There is one error for every
// reason, as the differences would reveal the content to a sender (RFC 7516 section 11.5).
var ErrUndecipherable = errors.New("not decipherable")

// KeyManagement is how the key of the content travels: alg of a JWE (RFC 7518 section 4.1).
type KeyManagement string

// The supported ways.
const (
	// RSAOAEP256 is RSAES-OAEP with SHA-256 and MGF1 with SHA-256.
	RSAOAEP256 KeyManagement = "RSA-OAEP-256"
	// ECDHES is Elliptic Curve Diffie-Hellman Ephemeral Static in direct use, by the Concat KDF.
	ECDHES KeyManagement = "ECDH-ES"
)

// JWE is an encrypted token taken apart (RFC 7516 section 7.1), of which nothing is believed yet.
type JWE struct {
	alg      KeyManagement
	enc      contentEncryption
	epk      *JWK
	apu, apv []byte
	// protected is the header as it was sent, over which the tag goes too.
	protected                         string
	encryptedKey, iv, ciphertext, tag []byte
}

// ParseJWE takes a compact JWE apart. Compressed content (zip) and extensions (crit) are refused.
func ParseJWE(token string) (*JWE, error) {
	segments := strings.SplitN(token, ".", 6)
	if len(segments) != 5 || len(token) > MaxEncryptedBytes {
		return nil, ErrUndecipherable
	}
	jwe := &JWE{protected: segments[0]}
	parts := []*[]byte{new([]byte), &jwe.encryptedKey, &jwe.iv, &jwe.ciphertext, &jwe.tag}
	for at, segment := range segments {
		octets, err := DecodeBase64URL(segment)
		if err != nil {
			return nil, ErrUndecipherable
		}
		*parts[at] = octets
	}
	if !jwe.readHeader(string(*parts[0])) || len(jwe.ciphertext) > MaxBytes+blockSize {
		return nil, ErrUndecipherable
	}
	return jwe, nil
}

func (jwe *JWE) readHeader(text string) bool {
	members, err := ParseObject(text)
	if err != nil || members.Member("zip") != nil || members.Member("crit") != nil {
		return false
	}
	texts := map[string]string{}
	for _, name := range []string{"alg", "enc", "kid", "cty", "apu", "apv"} {
		text, _, err := members.Optional(name)
		if err != nil {
			return false
		}
		texts[name] = text
	}
	if epk := members.Member("epk"); epk != nil {
		if epk.Kind != Object {
			return false
		}
		if jwe.epk, err = ReadJWK(epk); err != nil {
			return false
		}
	}
	var errApu, errApv error
	jwe.alg, jwe.enc = KeyManagement(texts["alg"]), contentEncryption(texts["enc"])
	jwe.apu, errApu = DecodeBase64URL(texts["apu"])
	jwe.apv, errApv = DecodeBase64URL(texts["apv"])
	return errApu == nil && errApv == nil && jwe.enc.keyLength() > 0 &&
		(jwe.alg == RSAOAEP256 || jwe.alg == ECDHES)
}
