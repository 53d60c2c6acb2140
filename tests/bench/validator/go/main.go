// Command bench measures checks of access tokens in Go, per CPU-second (all threads of the process), against the
// libraries used there. All of them check signature, algorithm, iss, aud and exp; ours also checks what RFC 9068 and
// strict JSON require.
package main

import (
	"context"
	"crypto"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"

	"credenza.dev/credenza"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	jwxtoken "github.com/lestrrat-go/jwx/v3/jwt"
)

const (
	issuer   = "https://id.example"
	audience = "https://api.example"
	rounds   = 5
	round    = 400 * time.Millisecond
)

// check accepts a token of the kind that it was made for.
type check func(token string) error

func main() {
	encoder := json.NewEncoder(os.Stdout)
	for _, kind := range kinds() {
		libraries := map[string]check{}
		order := []string{"credenza", "golang-jwt 5", "jwx 3", "go-oidc 3", "credenza, verified tokens cached"}
		libraries["credenza"] = ours(kind, 0)
		libraries["credenza, verified tokens cached"] = ours(kind, 1000)
		libraries["golang-jwt 5"] = golangJWT(kind)
		libraries["jwx 3"] = jwx(kind)
		if kind.secret == nil {
			libraries["go-oidc 3"] = goOIDC(kind)
		}
		best := measure(kind, libraries)
		for _, name := range order {
			if rate, found := best[name]; found {
				_ = encoder.Encode(map[string]any{
					"language": "Go", "alg": kind.alg, "library": name, "per_cpu_second": rate,
				})
			}
		}
	}
}

// measure takes interleaved rounds, of which the best counts.
func measure(kind kind, libraries map[string]check) map[string]float64 {
	best := map[string]float64{}
	for range rounds {
		for name, check := range libraries {
			best[name] = max(best[name], rate(kind, check))
		}
	}
	return best
}

func rate(kind kind, check check) float64 {
	checks, before := 0, cpu()
	for started := time.Now(); time.Since(started) < round; {
		for _, token := range kind.tokens {
			if err := check(token); err != nil {
				panic(fmt.Sprintf("%s: %v", kind.alg, err))
			}
		}
		checks += len(kind.tokens)
	}
	return float64(checks) / (cpu() - before).Seconds()
}

func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func ours(kind kind, cached int) check {
	settings := credenza.Settings{
		Issuer: issuer, Audience: audience, CacheSize: cached,
		Algorithms: []credenza.Algorithm{credenza.Algorithm(kind.alg)},
	}
	if kind.secret != nil {
		settings.Secret = kind.secret
	} else {
		settings.Keys = kind.jwks
	}
	validator, err := credenza.New(settings)
	if err != nil {
		panic(err)
	}
	return func(token string) error {
		_, err := validator.CheckToken(context.Background(), token)
		return err
	}
}

func golangJWT(kind kind) check {
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{kind.alg}), jwt.WithIssuer(issuer), jwt.WithAudience(audience),
		jwt.WithExpirationRequired(),
	)
	key := func(*jwt.Token) (any, error) { return kind.key(), nil }
	return func(token string) error {
		_, err := parser.Parse(token, key)
		return err
	}
}

func jwx(kind kind) check {
	alg, known := jwa.LookupSignatureAlgorithm(kind.alg)
	key, err := jwk.Import(kind.key())
	if !known || err != nil {
		panic(err)
	}
	return func(token string) error {
		_, err := jwxtoken.Parse([]byte(token), jwxtoken.WithKey(alg, key), jwxtoken.WithValidate(true),
			jwxtoken.WithIssuer(issuer), jwxtoken.WithAudience(audience))
		return err
	}
}

func goOIDC(kind kind) check {
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{kind.public}}
	verifier := oidc.NewVerifier(issuer, keys, &oidc.Config{
		ClientID: audience, SupportedSigningAlgs: []string{kind.alg},
	})
	return func(token string) error {
		_, err := verifier.Verify(context.Background(), token)
		return err
	}
}
