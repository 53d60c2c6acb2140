package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"math/big"
	"math/bits"
)

// Lengths of RSA moduli that are accepted, in bits.
const minRSABits, maxRSABits = 2048, 8192

// publicKey is a public key of a supported kind.
type publicKey struct {
	kty, crv string
	// The numbers as in the JWK: n and e of RSA, x and y of EC, x of OKP.
	first, second []byte
	// rsa, ec or ed, the one that kty says; ec is nil for a point that is not on its curve, with which no signature
	// verifies.
	rsa *rsa.PublicKey
	ec  *ecdsa.PublicKey
	ed  ed25519.PublicKey
}

// newRSA makes a key of 2048 to 8192 bits with an odd exponent of at least 65537 and at most 33 bits, both numbers
// written without leading zeros (RFC 7518 sections 3.3 and 6.3.1).
func newRSA(n, e []byte) (*publicKey, error) {
	if len(n) == 0 || n[0] == 0 {
		return nil, ErrKeySize
	}
	if length := len(n)*8 - bits.LeadingZeros8(n[0]); length < minRSABits || length > maxRSABits {
		return nil, ErrKeySize
	}
	exponent, ok := acceptableExponent(e)
	if !ok {
		return nil, ErrKeyExponent
	}
	key := &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: exponent}
	return &publicKey{kty: "RSA", first: n, second: e, rsa: key}, nil
}

// acceptableExponent reads an exponent. Smaller ones have a history of forged signatures; greater ones only cost the
// verifier time.
func acceptableExponent(e []byte) (int, bool) {
	if len(e) == 0 || len(e) > 5 || e[0] == 0 {
		return 0, false
	}
	value := new(big.Int).SetBytes(e).Int64()
	// Where int has 32 bits, an exponent beyond is turned down by the conversion.
	fits := value%2 == 1 && value >= 65537 && value < 1<<33 && int64(int(value)) == value
	return int(value), fits
}

// newEC makes a key from the coordinates of a point, which are of full length (RFC 7518 section 6.2.1.2).
func newEC(crv string, curve elliptic.Curve, x, y []byte) (*publicKey, error) {
	length := (curve.Params().BitSize + 7) / 8
	if len(x) != length || len(y) != length {
		return nil, ErrKeySize
	}
	point := append(append([]byte{4}, x...), y...)
	key, err := ecdsa.ParseUncompressedPublicKey(curve, point)
	if err != nil {
		key = nil
	}
	return &publicKey{kty: "EC", crv: crv, first: x, second: y, ec: key}, nil
}

// newEd25519 makes an Ed25519 key (RFC 8037 section 2). Keys of small order are refused, as one signature under them
// fits any text.
func newEd25519(x []byte) (*publicKey, error) {
	if len(x) != ed25519.PublicKeySize || isOfSmallOrder([ed25519.PublicKeySize]byte(x)) {
		return nil, ErrKeySize
	}
	return &publicKey{kty: "OKP", crv: "Ed25519", first: x, ed: x}, nil
}

// The two y of order 8.
var order8 = [2][32]byte{
	[32]byte([]byte("\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05")),
	[32]byte([]byte("\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a")),
}

// isOfSmallOrder tells whether a key is one of the points whose multiples are eight at most (RFC 8032 section 5.1):
// 0, 1, -1, the two y of order 8, and 0 and 1 written as numbers beyond the field. The highest bit is the sign of x.
func isOfSmallOrder(key [32]byte) bool {
	key[31] &= 0x7f
	if key == order8[0] || key == order8[1] {
		return true
	}
	middle := key[1]
	for _, octet := range key[1:31] {
		if octet != middle {
			return false
		}
	}
	small := key[0] < 2 && key[31] == 0 && middle == 0
	beyond := key[0] >= 0xec && key[0] <= 0xee && key[31] == 0x7f && middle == 0xff
	return small || beyond
}

// fits tells whether this kind of key can be used with the algorithm.
func (key *publicKey) fits(alg Algorithm) bool {
	switch {
	case key.kty == "RSA":
		return alg.isRSA()
	case key.crv == "P-256":
		return alg == ES256
	case key.crv == "P-384":
		return alg == ES384
	case key.crv == "P-521":
		return alg == ES512
	default:
		return alg.isSame(EdDSA)
	}
}

// fitsEncryption tells whether one can encrypt to this kind of key in that way (RFC 7518 sections 4.3 and 4.6).
func (key *publicKey) fitsEncryption(alg KeyManagement) bool {
	return (alg == RSAOAEP256 && key.kty == "RSA") || (alg == ECDHES && key.kty == "EC" && key.crv != "P-521")
}

// thumbprint is the SHA-256 over the required members in lexicographic order (RFC 7638 section 3). No value needs an
// escape: names of curves and types, and base64url.
func (key *publicKey) thumbprint() string {
	first, second := EncodeBase64URL(key.first), EncodeBase64URL(key.second)
	text := `{"crv":"` + key.crv + `","kty":"` + key.kty + `","x":"` + first + `"}`
	switch key.kty {
	case "RSA":
		text = `{"e":"` + second + `","kty":"RSA","n":"` + first + `"}`
	case "EC":
		text = text[:len(text)-1] + `,"y":"` + second + `"}`
	}
	hash := SHA256(text)
	return EncodeBase64URL(hash[:])
}
