package credenza

import (
	"slices"
	"strings"

	"credenza.dev/credenza/internal/jose"
)

// How long a proof, and its jti, may be, in bytes.
const (
	maxProofBytes = 8 * 1024
	maxProofID    = 256
)

// expectedProof is what a proof must match.
type expectedProof struct {
	algorithms          []Algorithm
	method, url, token  string
	maxAge, leeway, now int64
}

// proof is a DPoP proof (RFC 9449 section 4) that passed every check except those of its nonce and of replay.
type proof struct {
	// thumbprint is that of its key (jkt).
	thumbprint string
	// name is a hash of its jti and key, to recognise a replay.
	name [32]byte
	// until is the last second at which it is young enough to be accepted.
	until int64
	// nonce is empty where it has none.
	nonce string
}

// check checks a proof by the list of section 4.3.
func (expected *expectedProof) check(text string) (*proof, *halt) {
	if len(text) > maxProofBytes {
		return nil, deny(RuleDPoPMalformed)
	}
	unverified, err := jose.ParseJWS(text, jose.MaxBytes)
	if err != nil {
		if err == jose.ErrAlgorithm {
			return nil, deny(RuleDPoPAlg)
		}
		return nil, deny(RuleDPoPMalformed)
	}
	header := unverified.Header
	if !header.HasTyp || !isType(header.Typ, "dpop+jwt") {
		return nil, other(RuleDPoPTyp, "typ", []string{header.Typ}, []string{"dpop+jwt"})
	}
	if header.Alg.IsSymmetric() || !slices.Contains(expected.algorithms, header.Alg) {
		return nil, other(RuleDPoPAlg, "alg", []string{string(header.Alg)}, names(expected.algorithms))
	}
	key := proofKey(text)
	if key == nil || !key.Fits(header.Alg) {
		return nil, deny(RuleDPoPKey)
	}
	verified, err := unverified.VerifyWithKey(key)
	if err != nil {
		return nil, deny(RuleDPoPSignature)
	}
	return expected.checkClaims(verified.Payload, key.Thumbprint())
}

// proofKey is the one member that no other token's header is read for (section 4.2); nil for none that is good.
func proofKey(text string) *jose.JWK {
	header, _, _ := strings.Cut(text, ".")
	octets, err := jose.DecodeBase64URL(header)
	if err != nil {
		return nil
	}
	members, err := jose.ParseObject(string(octets))
	if err != nil {
		return nil
	}
	jwk := members.Member("jwk")
	if jwk == nil || jwk.Kind != jose.Object {
		return nil
	}
	key, err := jose.ReadJWK(jwk)
	if err != nil {
		return nil
	}
	return key
}

func (expected *expectedProof) checkClaims(payload, thumbprint string) (*proof, *halt) {
	members, err := jose.ParseObject(payload)
	if err != nil {
		return nil, deny(RuleDPoPMalformed)
	}
	claims := map[string]claim{}
	for _, name := range []string{"jti", "htm", "htu", "ath", "nonce"} {
		text, present, err := members.Optional(name)
		isRequired := name == "jti" || name == "htm" || name == "htu"
		if err != nil || (isRequired && !present) {
			return nil, deny(RuleDPoPMalformed)
		}
		claims[name] = claim{text: text, present: present}
	}
	iat, isTime := members.Member("iat").Seconds()
	if jti := claims["jti"].text; !isTime || jti == "" || len(jti) > maxProofID {
		return nil, deny(RuleDPoPMalformed)
	}
	if claims["htm"].text != expected.method {
		return nil, other(RuleDPoPHtm, "htm", []string{claims["htm"].text}, []string{expected.method})
	}
	asked := askedURL(expected.url)
	if asked == "" || normalURL(claims["htu"].text) != asked {
		return nil, other(RuleDPoPHtu, "htu", []string{claims["htu"].text}, []string{expected.url})
	}
	if iat > plus(expected.now, expected.leeway) ||
		iat < minus(minus(expected.now, expected.maxAge), expected.leeway) {
		return nil, deny(RuleDPoPIat)
	}
	ath := jose.SHA256(expected.token)
	if claims["ath"].text != jose.EncodeBase64URL(ath[:]) {
		return nil, deny(RuleDPoPAth)
	}
	return &proof{
		thumbprint: thumbprint,
		name:       jose.SHA256(thumbprint + "." + claims["jti"].text),
		until:      plus(plus(iat, expected.maxAge), expected.leeway),
		nonce:      claims["nonce"].text,
	}, nil
}
