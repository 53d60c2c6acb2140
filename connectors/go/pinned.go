package credenza

import "credenza.dev/credenza/internal/jose"

func (config *config) hasPinnedKeys() bool { return config.keys != nil || config.keysPEM != nil }

// pinnedKeys are the keys that the settings give, so that none are fetched: a set, one key, or PEM.
func (config *config) pinnedKeys() (*jose.JWKSet, error) {
	if config.keysPEM != nil {
		set, err := jose.ReadPEM(*config.keysPEM)
		if err != nil {
			return nil, refuse("keys_pem", "has to be public keys or certificates: "+err.Error())
		}
		return set, nil
	}
	document, err := jose.ParseObject(*config.keys)
	if err != nil {
		return nil, refuse("keys", err.Error())
	}
	if document.Member("kty") != nil {
		key, err := jose.ReadJWK(&document)
		if err != nil {
			return nil, refuse("keys", err.Error())
		}
		return &jose.JWKSet{Keys: []*jose.JWK{key.Alone()}}, nil
	}
	set, err := jose.ParseJWKSet(*config.keys)
	if err != nil {
		return nil, refuse("keys", err.Error())
	}
	if len(set.Keys) == 0 {
		return nil, refuse("keys", "no key in it can be used")
	}
	return set, nil
}
