package credenza

import (
	"strconv"

	"credenza.dev/credenza/internal/jose"
)

// NewFromJSON makes a validator by a document of settings, as every language of Credenza takes it; spans in it are
// numbers of seconds, and secrets base64url.
func NewFromJSON(document []byte, host Host) (*Validator, error) {
	made := defaultConfig()
	var secret, secretText, profile *string
	err := readDocument("settings", document, members(map[string]reader{
		"issuer":     text(&made.issuer),
		"audience":   oneOrMany(&made.audience),
		"client_id":  optionalText(&made.clientID),
		"client_ids": texts(&made.clientIDs),
		"tenants":    texts(&made.tenants),
		"profile": func(value *jose.Value) *misfit {
			profile = &value.Text
			_, isKnown := bundles[Profile(value.Text)]
			return unless(isKnown && value.Kind == jose.Text, "the name of a profile")
		},
		"algorithms":  algorithms(&made.algorithms),
		"secret":      optionalText(&secret),
		"secret_text": optionalText(&secretText),
		"keys": nullable(func(value *jose.Value) *misfit {
			keys := rawText(value)
			made.keys = &keys
			return unless(value.Kind == jose.Object, "an object")
		}),
		"keys_pem":          optionalText(&made.keysPEM),
		"jwks_uri":          optionalText(&made.jwksURI),
		"token_types":       nullable(namesOf(&made.tokenTypes, func(TokenType) bool { return true }, "")),
		"optional_claims":   texts(&made.optionalClaims),
		"leeway":            integer(&made.leeway),
		"max_token_age":     optionalInteger(&made.maxTokenAge),
		"max_token_bytes":   size(&made.maxTokenBytes),
		"realm":             optionalText(&made.realm),
		"resource_metadata": optionalText(&made.resourceMetadata),
		"dpop":              nullable(made.readDPoP),
		"introspection":     nullable(made.readIntrospection),
		"revocations":       nullable(made.readRevocations),
		"cache_size":        size(&made.cacheSize),
		"key_cache":         made.readKeyCache,
		"decryption_keys":   made.readDecryptionKeys,
		"claim_names":       made.readClaimNames,
		"allow_http":        flag(&made.allowHTTP),
	}, "issuer"))
	if err != nil {
		return nil, err
	}
	if profile != nil {
		made.profile = Profile(*profile)
	}
	switch {
	case secret != nil && secretText != nil:
		return nil, refuse("secret_text", "contradicts `secret`")
	case secret != nil:
		if made.secret, err = jose.DecodeBase64URL(*secret); err != nil {
			return nil, refuse("secret", "is not base64url; a secret as it is goes to `secret_text`")
		}
	case secretText != nil:
		made.secret, made.secretName = []byte(*secretText), "secret_text"
	}
	return newValidator(made, host)
}

func (config *config) readDPoP(value *jose.Value) *misfit {
	made := defaultDPoP()
	config.dpop = made
	return members(map[string]reader{
		"required": flag(&made.required),
		"nonce":    flag(&made.nonce),
		"nonce_secret": nullable(func(value *jose.Value) *misfit {
			secret, err := jose.DecodeBase64URL(value.Text)
			if err != nil {
				// Too short: refused where it is used.
				secret = []byte{}
			}
			made.nonceSecret = secret
			return unless(value.Kind == jose.Text, "text")
		}),
		"max_age":    integer(&made.maxAge),
		"algorithms": algorithms(&made.algorithms),
		"replays":    size(&made.replays),
	})(value)
}

func (config *config) readIntrospection(value *jose.Value) *misfit {
	made := defaultIntrospection()
	config.introspection = made
	return members(map[string]reader{
		"endpoint":      optionalText(&made.endpoint),
		"client_id":     text(&made.clientID),
		"client_secret": text(&made.clientSecret),
		"cache_seconds": integer(&made.cacheSeconds),
		"cache_size":    size(&made.cacheSize),
		"always":        flag(&made.always),
		"signed":        flag(&made.signed),
	}, "client_id", "client_secret")(value)
}

func (config *config) readRevocations(value *jose.Value) *misfit {
	made := defaultRevocations()
	config.revocations = made
	return members(map[string]reader{
		"uri":       optionalText(&made.uri),
		"interval":  integer(&made.interval),
		"max_stale": integer(&made.maxStale),
	})(value)
}

func (config *config) readKeyCache(value *jose.Value) *misfit {
	return members(map[string]reader{
		"refresh_after": integer(&config.keyCache.refreshAfter),
		"max_age":       integer(&config.keyCache.maxAge),
		"cooldown":      integer(&config.keyCache.cooldown),
		"max_stale":     integer(&config.keyCache.maxStale),
	})(value)
}

func (config *config) readDecryptionKeys(value *jose.Value) *misfit {
	for at := range value.Items {
		var key DecryptionKey
		read := members(map[string]reader{
			"alg": func(value *jose.Value) *misfit {
				key.Alg = value.Text
				isKnown := key.Alg == string(jose.RSAOAEP256) || key.Alg == string(jose.ECDHES)
				return unless(value.Kind == jose.Text && isKnown, "one of RSA-OAEP-256, ECDH-ES")
			},
			"pem": text(&key.PEM),
		}, "alg", "pem")
		if wrong := read(&value.Items[at]); wrong != nil {
			return wrong.within(strconv.Itoa(at))
		}
		config.decryptionKeys = append(config.decryptionKeys, key)
	}
	return unless(value.Kind == jose.List, "a list")
}

func (config *config) readClaimNames(value *jose.Value) *misfit {
	names := &config.claimNames
	return members(map[string]reader{
		"tenant":       text(&names.Tenant),
		"organization": text(&names.Organization),
		"roles":        text(&names.Roles),
		"permissions":  text(&names.Permissions),
		"plan":         text(&names.Plan),
		"scope":        nullable(text(&names.Scope)),
		"client":       nullable(text(&names.Client)),
	})(value)
}
