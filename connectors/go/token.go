package credenza

import (
	"errors"
	"strings"
	"sync/atomic"

	"credenza.dev/credenza/internal/jose"
)

// tokens is how signatures are checked, and which tokens were verified before.
type tokens struct {
	// secret is shared with the issuer; then there are no public keys. nil otherwise.
	secret         *jose.Secret
	decryptionKeys []*jose.DecryptionKey
	// verified is nil where nothing is cached.
	verified *verifiedTokens
	// header is that of the last token: an issuer writes the same one on token after token, until its key changes.
	header atomic.Pointer[knownHeader]
}

type knownHeader struct {
	segment string
	header  *jose.Header
}

// maxKnownHeader is how long a header is kept, in bytes.
const maxKnownHeader = 1024

func newTokens(rules *rules, verified *verifiedTokens) (*tokens, error) {
	made := &tokens{verified: verified}
	if rules.secret != nil {
		secret, err := jose.NewSecret(rules.secret, rules.algorithms)
		if err != nil {
			return nil, refuse(rules.secretName, "is shorter than the hash, or the text of a key")
		}
		made.secret = secret
	}
	for _, given := range rules.decryptionKeys {
		key, err := jose.ReadDecryptionKey(jose.KeyManagement(given.Alg), given.PEM)
		if err != nil {
			return nil, refuse("decryption_keys", err.Error())
		}
		made.decryptionKeys = append(made.decryptionKeys, key)
	}
	return made, nil
}

// isJWT tells whether a text is a JWS (three parts) or a JWE (five) by its shape: the first part is JSON. Anything else
// is opaque, also when it has dots (RFC 6750 section 2.1).
func isJWT(token string) bool {
	dots := strings.Count(token, ".")
	header, _, _ := strings.Cut(token, ".")
	octets, err := jose.DecodeBase64URL(header)
	return (dots == 2 || dots == 4) && err == nil &&
		strings.HasPrefix(strings.TrimLeft(string(octets), " \t\n\r\f"), "{")
}

// isType tells whether a typ is this media type, which may be written with application/ in front (RFC 7515 section
// 4.1.9).
func isType(typ, expected string) bool {
	const prefix = "application/"
	bare := func(typ string) string {
		if len(typ) >= len(prefix) && equalFold(typ[:len(prefix)], prefix) {
			return typ[len(prefix):]
		}
		return typ
	}
	return equalFold(bare(typ), bare(expected))
}

// verify checks type and signature of a token, in this order: a token of another type is refused without any work, and
// no claim is read before the signature is verified. The fetch is one for the background.
func (tokens *tokens) verify(
	token string, rules *rules, issuer *issuer, isOfType func(*jose.Header) bool, now int64,
) (*Claims, *fetch, *halt) {
	keys, background, halt := issuer.keysNow(now)
	if halt != nil {
		return nil, nil, halt
	}
	var name [32]byte
	if tokens.verified != nil {
		name = jose.SHA256(token)
		if claims := tokens.verified.find(name, keys.revision); claims != nil {
			if !isOfType(claims.header) {
				return nil, nil, ofType(claims.header)
			}
			return claims, background, nil
		}
	}
	unverified, halt := tokens.open(token, rules)
	if halt != nil {
		return nil, nil, halt
	}
	if !isOfType(unverified.Header) {
		return nil, nil, ofType(unverified.Header)
	}
	set := keys.set
	if rules.bundle.hasTenants {
		set = set.Of(issOf(unverified))
	}
	verified, halt := tokens.verifySignature(unverified, set, rules, issuer, now)
	if halt != nil {
		return nil, nil, halt
	}
	claims, err := readClaims(verified.Header, verified.Payload, &rules.places)
	if err != nil {
		return nil, nil, other(RuleClaimsMalformed, "payload", []string{err.Error()}, nil)
	}
	if tokens.verified != nil {
		tokens.verified.keep(name, keys.revision, claims)
	}
	return claims, background, nil
}

// open parses a token, and decrypts it before where it is encrypted: a JWE around the JWS (RFC 7516).
func (tokens *tokens) open(token string, rules *rules) (*jose.Unverified, *halt) {
	read := func(token string) (*jose.Unverified, error) {
		return jose.ParseJWSWith(token, int(rules.maxTokenBytes), tokens.readHeader)
	}
	unverified, err := read(token)
	if err == jose.ErrSegments && strings.Count(token, ".") == 4 {
		opened, isOpen := tokens.decrypt(token)
		if !isOpen {
			return nil, deny(RuleTokenEncrypted)
		}
		unverified, err = read(opened)
	}
	switch {
	case err == nil:
		return unverified, nil
	case errors.Is(err, jose.ErrTooLong):
		return nil, deny(RuleTokenTooLong)
	case errors.Is(err, jose.ErrAlgorithm):
		return nil, other(RuleAlg, "alg", nil, nil)
	case errors.Is(err, jose.ErrCritical):
		return nil, other(RuleCrit, extension(token), nil, nil)
	default:
		return nil, other(RuleTokenMalformed, "token", []string{err.Error()}, nil)
	}
}

// readHeader reads a segment, unless it is the one that was read last.
func (tokens *tokens) readHeader(segment string) (*jose.Header, error) {
	if known := tokens.header.Load(); known != nil && known.segment == segment {
		return known.header, nil
	}
	header, err := jose.ReadHeader(segment)
	if err == nil && len(segment) <= maxKnownHeader {
		// A copy, so that the rest of the token is not kept with it.
		tokens.header.Store(&knownHeader{strings.Clone(segment), header})
	}
	return header, err
}

func (tokens *tokens) decrypt(token string) (string, bool) {
	jwe, err := jose.ParseJWE(token)
	if err != nil {
		return "", false
	}
	for _, key := range tokens.decryptionKeys {
		if opened, err := key.Decrypt(jwe); err == nil {
			return string(opened), true
		}
	}
	return "", false
}

func (tokens *tokens) verifySignature(
	unverified *jose.Unverified, set *jose.JWKSet, rules *rules, issuer *issuer, now int64,
) (*jose.Verified, *halt) {
	if tokens.secret != nil {
		verified, err := unverified.VerifyWithSecret(tokens.secret)
		if err != nil {
			return nil, rejected(err, unverified.Header, rules.algorithms)
		}
		return verified, nil
	}
	verified, err := unverified.Verify(set, rules.algorithms)
	if err == nil {
		return verified, nil
	}
	// Without a kid, a new key cannot be distinguished from a wrong signature.
	if err == jose.ErrUnknownKey || (err == jose.ErrSignature && !unverified.Header.HasKid) {
		if again := issuer.again(now); again != nil {
			return nil, need(again)
		}
	}
	if err == jose.ErrUnknownKey {
		unknown := issuer.unknownKey(set, now)
		if unverified.Header.HasKid {
			unknown.detail.Found = []string{unverified.Header.Kid}
		}
		return nil, unknown
	}
	return nil, rejected(err, unverified.Header, rules.algorithms)
}

func rejected(err error, header *jose.Header, allowed []Algorithm) *halt {
	switch err {
	case jose.ErrAlgorithmRefused:
		return other(RuleAlg, "alg", []string{string(header.Alg)}, names(allowed))
	case jose.ErrUnknownKey, jose.ErrKeyMismatch:
		return deny(RuleKid)
	default:
		return deny(RuleSignature)
	}
}

func names[Name ~string](list []Name) []string {
	names := make([]string, len(list))
	for at, name := range list {
		names[at] = string(name)
	}
	return names
}

// extension is the member of a header that asks for an extension.
func extension(token string) string {
	segment, _, _ := strings.Cut(token, ".")
	octets, _ := jose.DecodeBase64URL(segment)
	members, _ := jose.ParseObject(string(octets))
	if members.Member("crit") != nil {
		return "crit"
	}
	return "b64"
}

// ofType refuses a token by its type; what was wanted is for the caller to say.
func ofType(header *jose.Header) *halt {
	if !header.HasTyp {
		return missing(RuleTyp, "typ")
	}
	return other(RuleTyp, "typ", []string{header.Typ}, nil)
}

// wantingTypes adds the types that were wanted, where it is the type that refuses.
func (halt *halt) wantingTypes(types ...string) *halt {
	if halt != nil && halt.rule == RuleTyp {
		halt.detail.Wanted = types
	}
	return halt
}

// unverified is what a token says of itself, to be shown and never relied on.
func (detail *Detail) unverified(token string) {
	first, rest, _ := strings.Cut(token, ".")
	second, _, _ := strings.Cut(rest, ".")
	octets, _ := jose.DecodeBase64URL(first)
	if header, err := jose.ParseObject(string(octets)); err == nil {
		detail.Kid, _ = header.Member("kid").Str()
	}
	octets, _ = jose.DecodeBase64URL(second)
	if payload, err := jose.ParseObject(string(octets)); err == nil {
		detail.Iss, _ = payload.Member("iss").Str()
		detail.Aud = audienceOf(payload.Member("aud"))
		if exp, isTime := payload.Member("exp").Seconds(); isTime {
			detail.Exp = &exp
		}
	}
}
