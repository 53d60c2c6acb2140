package credenza

import "slices"

// Description is what a service says of itself to clients, as its settings have it (RFC 9728 section 2).
type Description struct {
	// Issuers are trusted.
	Issuers []string
	// DPoPAlgorithms are those of DPoP proofs; nil where DPoP is not supported.
	DPoPAlgorithms []string
	// DPoPRequired tells whether bearer tokens are refused.
	DPoPRequired bool
}

// Describe tells what the settings say to clients.
func (validator *Validator) Describe() Description {
	made := Description{Issuers: []string{validator.rules.address.issuer}, DPoPRequired: validator.rules.dpopRequired}
	if dpop := validator.rules.dpop; dpop != nil {
		made.DPoPAlgorithms = names(dpop.algorithms)
	}
	return made
}

// Describe tells what the settings of all say to clients: about DPoP what holds for the tokens of every issuer.
func (issuers *Issuers) Describe() Description {
	made := issuers.validators[0].Describe()
	for _, own := range issuers.validators[1:] {
		more := own.Describe()
		made.Issuers = append(made.Issuers, more.Issuers...)
		made.DPoPAlgorithms = intersection(made.DPoPAlgorithms, more.DPoPAlgorithms)
		made.DPoPRequired = made.DPoPRequired && more.DPoPRequired
	}
	return made
}

func intersection(one, other []string) []string {
	var both []string
	for _, name := range one {
		if slices.Contains(other, name) {
			both = append(both, name)
		}
	}
	return both
}
