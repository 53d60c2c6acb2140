package credenza

import (
	"maps"
	"strconv"

	"credenza.dev/credenza/internal/jose"
)

// NewFromJSON makes a validator by a document of settings, as every language of Credenza takes it; spans in it are
// numbers of seconds, and secrets base64url.
func NewFromJSON(document []byte, host Host) (*Validator, error) {
	made := defaultConfig()
	var late late
	readers := made.issuerReaders(&late)
	maps.Copy(readers, map[string]reader{
		"leeway":            integer(&made.leeway),
		"max_token_age":     optionalInteger(&made.maxTokenAge),
		"max_token_bytes":   size(&made.maxTokenBytes),
		"realm":             optionalText(&made.realm),
		"resource_metadata": optionalText(&made.resourceMetadata),
		"dpop":              nullable(made.readDPoP),
		"cache_size":        size(&made.cacheSize),
		"key_cache":         made.readKeyCache,
		"decryption_keys":   made.readDecryptionKeys,
		"issuers":           made.readIssuers,
		"resolve_issuers":   flag(&made.resolveIssuers),
		"allow_http":        flag(&made.allowHTTP),
	})
	if err := readDocument("settings", document, members(readers, "issuer")); err != nil {
		return nil, err
	}
	if wrong := late.finish(&made); wrong != nil {
		return nil, refuse(wrong.path, wrong.reason)
	}
	return newValidator(made, host)
}

// readIssuer reads the settings of an issuer that may leave its name out.
func readIssuer(document []byte) (config, error) {
	made := defaultConfig()
	var late late
	if err := readDocument("issuer", document, members(made.issuerReaders(&late))); err != nil {
		return made, err
	}
	if wrong := late.finish(&made); wrong != nil {
		return made, refuse(wrong.path, wrong.reason)
	}
	return made, nil
}

// late are members that are judged after all are read.
type late struct{ secret, secretText, profile *string }

func (late *late) finish(config *config) *misfit {
	if late.profile != nil {
		config.profile = Profile(*late.profile)
	}
	switch {
	case late.secret != nil && late.secretText != nil:
		return &misfit{"secret_text", "contradicts `secret`"}
	case late.secret != nil:
		secret, err := jose.DecodeBase64URL(*late.secret)
		if err != nil {
			return &misfit{"secret", "is not base64url; a secret as it is goes to `secret_text`"}
		}
		config.secret = secret
	case late.secretText != nil:
		config.secret, config.secretName = []byte(*late.secretText), "secret_text"
	}
	return nil
}

// issuerReaders read what is an issuer's own.
func (config *config) issuerReaders(late *late) map[string]reader {
	return map[string]reader{
		"issuer":     text(&config.issuer),
		"audience":   oneOrMany(&config.audience),
		"client_id":  optionalText(&config.clientID),
		"client_ids": texts(&config.clientIDs),
		"tenants":    texts(&config.tenants),
		"profile": func(value *jose.Value) *misfit {
			late.profile = &value.Text
			_, isKnown := bundles[Profile(value.Text)]
			return unless(isKnown && value.Kind == jose.Text, "the name of a profile")
		},
		"algorithms":  algorithms(&config.algorithms),
		"secret":      optionalText(&late.secret),
		"secret_text": optionalText(&late.secretText),
		"keys": nullable(func(value *jose.Value) *misfit {
			keys := rawText(value)
			config.keys = &keys
			return unless(value.Kind == jose.Object, "an object")
		}),
		"keys_pem":        optionalText(&config.keysPEM),
		"jwks_uri":        optionalText(&config.jwksURI),
		"token_types":     nullable(namesOf(&config.tokenTypes, func(TokenType) bool { return true }, "")),
		"optional_claims": texts(&config.optionalClaims),
		"introspection":   nullable(config.readIntrospection),
		"revocations":     nullable(config.readRevocations),
		"claim_names":     config.readClaimNames,
	}
}

func (config *config) readIssuers(value *jose.Value) *misfit {
	for at := range value.Items {
		own := defaultConfig()
		var late late
		wrong := members(own.issuerReaders(&late), "issuer")(&value.Items[at])
		if wrong == nil {
			wrong = late.finish(&own)
		}
		if wrong != nil {
			return wrong.within(strconv.Itoa(at))
		}
		config.issuers = append(config.issuers, own)
	}
	return unless(value.Kind == jose.List, "a list")
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
		"max_age":        integer(&made.maxAge),
		"algorithms":     algorithms(&made.algorithms),
		"replays":        size(&made.replays),
		"shared_replays": flag(&made.sharedReplays),
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
