package credenza

// Description is what a service says of itself to clients, as its settings have it (RFC 9728 section 2).
type Description struct {
	// Issuers are those that the settings name; what Host.Resolve knows is not among them.
	Issuers []string
	// DPoPAlgorithms are those of DPoP proofs; nil where DPoP is not supported.
	DPoPAlgorithms []string
	// DPoPRequired tells whether bearer tokens are refused.
	DPoPRequired bool
}

// Describe tells what the settings say to clients. DPoP is a matter of the service: it is the same for every issuer.
func (validator *Validator) Describe() Description {
	var made Description
	for _, own := range validator.issuers.named() {
		made.Issuers = append(made.Issuers, own.rules.address.issuer)
	}
	if proofs := validator.proofs; proofs != nil {
		made.DPoPAlgorithms, made.DPoPRequired = names(proofs.settings.algorithms), proofs.settings.required
	}
	return made
}
