package jose

import (
	"errors"
	"slices"
	"strings"
)

// MaxBytes is how long a token may be, in bytes.
const MaxBytes = 64 * 1024

// maxTries is how many keys are tried for a token without kid.
const maxTries = 16

// Why a text is not a JWS of the kind accepted here.
var (
	// ErrTooLong: longer than allowed.
	ErrTooLong = errors.New("token too long")
	// ErrSegments: not three non-empty segments separated by dots (RFC 7515 section 7.1).
	ErrSegments = errors.New("token is not three segments")
	// ErrSegment: a segment is not base64url.
	ErrSegment = errors.New("token segment is not base64url")
	// ErrHeader: the header is not a JSON object with the members expected, or names one twice.
	ErrHeader = errors.New("token header is malformed")
	// ErrAlgorithm: alg is none or another one that is not known.
	ErrAlgorithm = errors.New("token header names no known signature algorithm")
	// ErrCritical: crit asks for extensions (RFC 7515 section 4.1.11), or b64 changes what is signed (RFC 7797).
	ErrCritical = errors.New("token header asks for an extension")
)

// Why a signature is not accepted. Nothing of the token is in it.
var (
	// ErrAlgorithmRefused: alg is not among those allowed, or symmetric where a key set was given, or the reverse
	// (RFC 8725 section 3.1).
	ErrAlgorithmRefused = errors.New("signature algorithm not allowed")
	// ErrKeyMismatch: the key is of another type, or its own alg or use speaks against this use.
	ErrKeyMismatch = errors.New("key does not fit the signature algorithm")
	// ErrUnknownKey: no key of the set has the token's kid and fits its alg.
	ErrUnknownKey = errors.New("no matching key")
	// ErrSecret: the shared secret is shorter than the hash (RFC 7518 section 3.2), or is the text of a key.
	ErrSecret = errors.New("shared secret not usable")
	// ErrSignature: the signature is wrong.
	ErrSignature = errors.New("wrong signature")
)

// Header is what the protected header says. Keys and key addresses in it (jwk, jku, x5c, x5u) are not even read: a
// token does not choose its own key (RFC 8725 section 3.10).
type Header struct {
	// Alg is the signature algorithm.
	Alg Algorithm
	// Kid tells which key made the signature, where HasKid.
	Kid    string
	HasKid bool
	// Typ is the kind of token (RFC 8725 section 3.11), where HasTyp.
	Typ    string
	HasTyp bool
}

// Unverified is a parsed token, nothing of which is trusted yet.
type Unverified struct {
	// Header is not to be relied on until the signature is verified.
	Header *Header

	signingInput string
	payload      []byte
	signature    []byte
}

// Verified is a token whose signature was verified.
type Verified struct {
	Header  *Header
	Payload string
}

// ParseJWS parses a compact JWS of at most maxBytes (RFC 7515 section 7.1).
func ParseJWS(token string, maxBytes int) (*Unverified, error) {
	return ParseJWSWith(token, maxBytes, ReadHeader)
}

// ParseJWSWith parses a compact JWS with a reader that may know its header already.
func ParseJWSWith(token string, maxBytes int, readHeader func(segment string) (*Header, error)) (*Unverified, error) {
	if len(token) > maxBytes {
		return nil, ErrTooLong
	}
	last := strings.LastIndexByte(token, '.')
	first := strings.IndexByte(token, '.')
	if first <= 0 || first+1 >= last || last+1 == len(token) || strings.IndexByte(token[first+1:last], '.') >= 0 {
		return nil, ErrSegments
	}
	header, err := readHeader(token[:first])
	if err != nil {
		return nil, err
	}
	payload, errPayload := DecodeBase64URL(token[first+1 : last])
	signature, errSignature := DecodeBase64URL(token[last+1:])
	if errPayload != nil || errSignature != nil {
		return nil, ErrSegment
	}
	return &Unverified{Header: header, signingInput: token[:last], payload: payload, signature: signature}, nil
}

// ReadHeader reads the first segment of a token.
func ReadHeader(segment string) (*Header, error) {
	octets, err := DecodeBase64URL(segment)
	if err != nil {
		return nil, ErrSegment
	}
	members, err := ParseObject(string(octets))
	if err != nil {
		return nil, ErrHeader
	}
	header := &Header{}
	alg, hasAlg, errAlg := members.Optional("alg")
	var errKid, errTyp error
	header.Kid, header.HasKid, errKid = members.Optional("kid")
	header.Typ, header.HasTyp, errTyp = members.Optional("typ")
	if !hasAlg || errAlg != nil || errKid != nil || errTyp != nil {
		return nil, ErrHeader
	}
	if members.Member("crit") != nil || members.Member("b64") != nil {
		return nil, ErrCritical
	}
	var known bool
	if header.Alg, known = ParseAlgorithm(alg); !known {
		return nil, ErrAlgorithm
	}
	return header, nil
}

// Verify checks the signature with public keys. Without kid, each key that fits is tried, sixteen at most.
func (token *Unverified) Verify(keys *JWKSet, allowed []Algorithm) (*Verified, error) {
	if token.Header.Alg.IsSymmetric() || !slices.Contains(allowed, token.Header.Alg) {
		return nil, ErrAlgorithmRefused
	}
	tries, outcome := 0, ErrUnknownKey
	for _, key := range keys.Keys {
		if !mayHaveMade(key, token.Header) {
			continue
		}
		if outcome = key.Verify(token.Header.Alg, token.signingInput, token.signature); outcome == nil {
			return token.verified(), nil
		}
		if tries++; tries == maxTries {
			break
		}
	}
	return nil, outcome
}

// VerifyWithKey checks the signature with one public key, whatever its kid.
func (token *Unverified) VerifyWithKey(key *JWK) (*Verified, error) {
	if err := key.Verify(token.Header.Alg, token.signingInput, token.signature); err != nil {
		return nil, err
	}
	return token.verified(), nil
}

func (token *Unverified) verified() *Verified {
	return &Verified{Header: token.Header, Payload: string(token.payload)}
}

// Payload is the payload before any check: only for finding out whose keys to verify with.
func (token *Unverified) Payload() string { return string(token.payload) }
