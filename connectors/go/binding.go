package credenza

import "slices"

// maxProofAge is the greatest age of proofs that may be set, in seconds.
const maxProofAge = 600

// proofs is how DPoP proofs are checked (RFC 9449 section 7).
type proofs struct {
	settings *dpopConfig
	// nonces is nil where none is required.
	nonces  *nonces
	replays *replays
	// atHost is where it is known which proofs were used, in place of replays; nil without.
	atHost *sharedReplays
}

// newProofs is nil where DPoP is not supported.
func newProofs(settings *dpopConfig) (*proofs, error) {
	if settings == nil {
		return nil, nil
	}
	if len(settings.algorithms) == 0 || slices.ContainsFunc(settings.algorithms, Algorithm.IsSymmetric) {
		return nil, refuse("dpop.algorithms", "has to name asymmetric ones")
	}
	if settings.maxAge < 1 || settings.maxAge > maxProofAge {
		return nil, refuse("dpop.max_age", "has to be 1 to 600 seconds")
	}
	if settings.replays < 1 {
		return nil, refuse("dpop.replays", "has to be 1 at least")
	}
	made := &proofs{settings: settings, replays: newReplays(settings.replays)}
	if settings.sharedReplays {
		made.atHost = newSharedReplays(settings.replays)
	}
	if settings.nonce {
		nonces, err := newNonces(settings.nonceSecret, settings.maxAge)
		if err != nil {
			return nil, err
		}
		made.nonces = nonces
	}
	return made, nil
}

// checkBinding checks that a token was presented as its binding requires. An unbound one is a bearer token, and nothing
// else. The proof, if there is one, was checked except for whether it was used before.
func (trusted *trusted) checkBinding(
	request *Request, presented *credentials, claims *Claims, requirement *Requirement, now int64,
) (*proof, *halt) {
	if halt := claims.judge("cnf"); halt != nil {
		return nil, halt
	}
	var bound confirmation
	if claims.confirmation != nil {
		bound = *claims.confirmation
		if !bound.jkt.present && !bound.certificate.present {
			return nil, deny(RuleBindingUnsupported)
		}
	}
	if halt := checkCertificate(bound.certificate, request); halt != nil {
		return nil, halt
	}
	proof, halt := trusted.checkProof(bound.jkt, request, presented, now)
	if halt != nil {
		return nil, halt
	}
	if proof == nil && !bound.certificate.present && requirement.Bound {
		return nil, deny(RuleBindingMissing)
	}
	return proof, nil
}

// checkCertificate compares with the certificate of the connection (RFC 8705 section 3).
func checkCertificate(bound claim, request *Request) *halt {
	switch own := request.CertificateThumbprint; {
	case !bound.present:
		return nil
	case own == nil:
		return deny(RuleCertificateMissing)
	case bound.text == "" || bound.text != *own:
		return other(RuleCertificateBinding, "cnf", []string{*own}, []string{bound.text})
	default:
		return nil
	}
}

func (trusted *trusted) checkProof(jkt claim, request *Request, presented *credentials, now int64) (*proof, *halt) {
	isBearer := presented.scheme == schemeBearer
	switch proofs := trusted.proofs; {
	case proofs == nil && !jkt.present && isBearer:
		return nil, nil
	case proofs == nil:
		// RFC 9449 section 7.2: a bound token is not a bearer token, even where DPoP is not supported.
		return nil, deny(RuleDPoPScheme)
	case !jkt.present && isBearer && proofs.settings.required:
		return nil, deny(RuleDPoPRequired)
	case !jkt.present && isBearer:
		return nil, nil
	case !jkt.present || isBearer:
		return nil, deny(RuleDPoPScheme)
	default:
		return proofs.check(jkt.text, request, presented.token, trusted.rules.leeway, now)
	}
}

func (proofs *proofs) check(jkt string, request *Request, token string, leeway, now int64) (*proof, *halt) {
	switch len(request.DPoP) {
	case 0:
		return nil, deny(RuleDPoPMissing)
	case 1:
	default:
		return nil, deny(RuleDPoPMany)
	}
	expected := expectedProof{
		algorithms: proofs.settings.algorithms, method: request.Method, url: request.URL, token: token,
		maxAge: proofs.settings.maxAge, leeway: leeway, now: now,
	}
	proof, halt := expected.check(request.DPoP[0])
	if halt != nil {
		return nil, halt
	}
	if proof.thumbprint != jkt {
		return nil, other(RuleDPoPBinding, "cnf", []string{proof.thumbprint}, []string{jkt})
	}
	if proofs.nonces != nil {
		if _, isGood := proofs.nonces.age(proof.nonce, leeway, now); !isGood {
			return nil, deny(RuleDPoPNonce)
		}
	}
	return proof, nil
}

// spend records that a proof was used, so that it is accepted once, and returns the nonce for the next one; empty for
// none.
func (proofs *proofs) spend(proof *proof, now int64) (string, *halt) {
	if proof == nil {
		return "", nil
	}
	if proofs.atHost != nil {
		if halt := proofs.atHost.use(proof); halt != nil {
			return "", halt
		}
	} else if !proofs.replays.isFirstUse(proof.name, proof.until, now) {
		return "", deny(RuleDPoPReplay)
	}
	return proofs.nextNonce(proof, now), nil
}

// nextNonce is a new nonce when that of the proof is more than half expired (RFC 9449 section 8.2).
func (proofs *proofs) nextNonce(proof *proof, now int64) string {
	if proofs.nonces == nil {
		return ""
	}
	if age, isGood := proofs.nonces.age(proof.nonce, 0, now); isGood && age <= proofs.settings.maxAge/2 {
		return ""
	}
	return proofs.nonces.make(now)
}
