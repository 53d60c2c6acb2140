package jose

import (
	"crypto/elliptic"
	"errors"
	"slices"
	"strings"
)

// Why a JSON object is not a key that can be used here (RFC 7517, RFC 7518 section 6).
var (
	// ErrKeyMember: a member is missing, of the wrong type, or not base64url.
	ErrKeyMember = errors.New("key member missing or malformed")
	// ErrKeyPrivate: a private or symmetric key where only public ones belong.
	ErrKeyPrivate = errors.New("private or symmetric key material")
	// ErrKeyUnsupported: kty and crv name a kind of key that is not supported.
	ErrKeyUnsupported = errors.New("unsupported kind of key")
	// ErrKeyAlgorithm: alg is unknown, or not one for this kind of key.
	ErrKeyAlgorithm = errors.New("alg of the key is unknown or does not fit it")
	// ErrKeySize: too few or too many bits (RSA: 2048 to 8192), or leading zeros.
	ErrKeySize = errors.New("key size not accepted")
	// ErrKeyExponent: an RSA exponent that is even, below 65537 or above 33 bits.
	ErrKeyExponent = errors.New("RSA exponent not accepted")
)

// private are the members of private and symmetric keys (RFC 7518 sections 6.2.2, 6.3.2 and 6.4, RFC 8037 section 2).
var private = []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"}

// JWK is a public key for signatures or encryption: RSA, EC on P-256, P-384 or P-521, or Ed25519. It is never taken for what
// it does not say that it is for.
type JWK struct {
	kid    string
	hasKid bool
	// alg is a signature algorithm or one of KeyManagement; empty where the key names none.
	alg string
	// usage is the use (RFC 7517 section 4.2).
	usage    string
	hasUsage bool
	// operations are the names in key_ops (section 4.3); nil without that member.
	operations []string
	key        *publicKey
	// ofAnyKid: it may have made the signature of a token with whatever kid.
	ofAnyKid bool
	// issuer is the only one for which the key is good, where its set, as that of Entra, holds keys of several.
	issuer string
}

// TenantPlace stands for the tenant in the issuer of a key that is good for all tenants of Entra.
const TenantPlace = "{tenantid}"

// Kid is the kid; empty without one.
func (jwk *JWK) Kid() string { return jwk.kid }

// Alone is the same key given by itself; without a kid it verifies tokens with whatever kid.
func (jwk *JWK) Alone() *JWK {
	alone := *jwk
	alone.ofAnyKid = !jwk.hasKid
	return &alone
}

// ReadJWK reads a public key.
func ReadJWK(members *Value) (*JWK, error) {
	if slices.ContainsFunc(private, func(name string) bool { return given(members, name) != nil }) {
		return nil, ErrKeyPrivate
	}
	key, err := readPublicKey(members)
	if err != nil {
		return nil, err
	}
	jwk := &JWK{key: key}
	alg, hasAlg, errAlg := readText(members, "alg")
	var errKid, errUse error
	jwk.kid, jwk.hasKid, errKid = readText(members, "kid")
	jwk.usage, jwk.hasUsage, errUse = readText(members, "use")
	operations, errOps := readOperations(given(members, "key_ops"))
	if errAlg != nil || errKid != nil || errUse != nil || errOps != nil {
		return nil, ErrKeyMember
	}
	if hasAlg && !key.fits(Algorithm(alg)) && !key.fitsEncryption(KeyManagement(alg)) {
		return nil, ErrKeyAlgorithm
	}
	jwk.alg, jwk.operations = alg, operations
	// What is no text says nothing: the member is not registered, and others may use the name otherwise.
	if issuer := given(members, "issuer"); issuer != nil && issuer.Kind == Text {
		jwk.issuer = issuer.Text
	}
	return jwk, nil
}

func readPublicKey(members *Value) (*publicKey, error) {
	kty, hasKty, errKty := readText(members, "kty")
	crv, _, errCrv := readText(members, "crv")
	if !hasKty || errKty != nil || errCrv != nil {
		return nil, ErrKeyMember
	}
	octets := func(name string) ([]byte, bool) {
		text, present, err := readText(members, name)
		octets, errText := DecodeBase64URL(text)
		return octets, present && err == nil && errText == nil
	}
	pair := func(first, second string, make func(first, second []byte) (*publicKey, error)) (*publicKey, error) {
		one, okOne := octets(first)
		two, okTwo := octets(second)
		if !okOne || !okTwo {
			return nil, ErrKeyMember
		}
		return make(one, two)
	}
	switch {
	case kty == "RSA":
		return pair("n", "e", newRSA)
	case kty == "EC" && crv == "P-256":
		return pair("x", "y", func(x, y []byte) (*publicKey, error) { return newEC(crv, elliptic.P256(), x, y) })
	case kty == "EC" && crv == "P-384":
		return pair("x", "y", func(x, y []byte) (*publicKey, error) { return newEC(crv, elliptic.P384(), x, y) })
	case kty == "EC" && crv == "P-521":
		return pair("x", "y", func(x, y []byte) (*publicKey, error) { return newEC(crv, elliptic.P521(), x, y) })
	case kty == "OKP" && crv == "Ed25519":
		return pair("x", "x", func(x, _ []byte) (*publicKey, error) { return newEd25519(x) })
	case kty == "oct":
		return nil, ErrKeyPrivate
	default:
		return nil, ErrKeyUnsupported
	}
}

// given is a member; one that is null counts as absent, as some issuers write it so.
func given(members *Value, name string) *Value {
	member := members.Member(name)
	if member != nil && member.Kind == Null {
		return nil
	}
	return member
}

func readText(members *Value, name string) (text string, present bool, err error) {
	member := given(members, name)
	if member == nil {
		return "", false, nil
	}
	if member.Kind != Text {
		return "", false, ErrShape
	}
	return member.Text, true, nil
}

// readOperations reads key_ops. What is no text in the array names no operation.
func readOperations(list *Value) ([]string, error) {
	if list == nil {
		return nil, nil
	}
	if list.Kind != List {
		return nil, ErrKeyMember
	}
	names := []string{}
	for at := range list.Items {
		if name, isText := list.Items[at].Str(); isText {
			names = append(names, name)
		}
	}
	return names, nil
}

// Fits tells whether the key may verify such signatures: its kind can, and neither its own alg, use nor key_ops speak
// against it (RFC 7517 sections 4.2 to 4.4).
func (jwk *JWK) Fits(alg Algorithm) bool {
	return jwk.key.fits(alg) && (jwk.alg == "" || Algorithm(jwk.alg).isSame(alg)) &&
		(!jwk.hasUsage || jwk.usage == "sig") &&
		(jwk.operations == nil || slices.Contains(jwk.operations, "verify"))
}

// IsOf tells whether the key is good for tokens of this issuer, in a set with keys of several.
func (jwk *JWK) IsOf(issuer string) bool {
	return jwk.issuer == "" || jwk.issuer == issuer || strings.Contains(jwk.issuer, TenantPlace)
}

// Thumbprint is the SHA-256 thumbprint of the key (RFC 7638), which depends on the key alone.
func (jwk *JWK) Thumbprint() string { return jwk.key.thumbprint() }

// Equal tells whether two keys are the same, with all that they say of themselves.
func (jwk *JWK) Equal(other *JWK) bool {
	return jwk.kid == other.kid && jwk.hasKid == other.hasKid && jwk.alg == other.alg &&
		jwk.issuer == other.issuer && jwk.usage == other.usage && jwk.hasUsage == other.hasUsage &&
		(jwk.operations == nil) == (other.operations == nil) && slices.Equal(jwk.operations, other.operations) &&
		jwk.key.thumbprint() == other.key.thumbprint()
}

// Verify checks a signature.
func (jwk *JWK) Verify(alg Algorithm, message string, signature []byte) error {
	if !jwk.Fits(alg) {
		return ErrKeyMismatch
	}
	if !jwk.key.verify(alg, message, signature) {
		return ErrSignature
	}
	return nil
}
