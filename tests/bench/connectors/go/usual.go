package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v2"
	"github.com/auth0/go-jwt-middleware/v2/jwks"
	"github.com/auth0/go-jwt-middleware/v2/validator"
	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jwt"

	"credenza.dev/credenza/credenzatest"
)

var (
	errScope = errors.New("the token lacks a scope")
	errNone  = errors.New("no token")
)

// verify checks a token as a library does: signature, issuer, audience, time, and the scope.
type verify func(ctx context.Context, token string) error

// usuals are libraries, each with what it does with an issuer at its start.
var usuals = map[string]func(*credenzatest.Issuer) (verify, error){
	"go-oidc 3": goOIDC, "jwx 3": jwx, "auth0/go-jwt-middleware 2": auth0,
}

type scoped struct {
	Scope string `json:"scope"`
}

// Validate is as auth0's claims want it.
func (own *scoped) Validate(context.Context) error {
	if !slices.Contains(strings.Fields(own.Scope), scope) {
		return errScope
	}
	return nil
}

func goOIDC(issuer *credenzatest.Issuer) (verify, error) {
	provider, err := oidc.NewProvider(context.Background(), issuer.Name())
	if err != nil {
		return nil, err
	}
	verifier := provider.Verifier(&oidc.Config{ClientID: audience, SupportedSigningAlgs: []string{oidc.ES256}})
	return func(ctx context.Context, token string) error {
		verified, err := verifier.Verify(ctx, token)
		if err != nil {
			return err
		}
		var claims scoped
		return errors.Join(verified.Claims(&claims), claims.Validate(ctx))
	}, nil
}

func jwx(issuer *credenzatest.Issuer) (verify, error) {
	keys, err := jwk.Fetch(context.Background(), issuer.Name()+"/jwks")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) error {
		verified, err := jwt.ParseString(token, jwt.WithKeySet(keys), jwt.WithIssuer(issuer.Name()), jwt.WithAudience(audience))
		if err != nil {
			return err
		}
		var claims scoped
		return errors.Join(verified.Get("scope", &claims.Scope), claims.Validate(ctx))
	}, nil
}

func auth0(issuer *credenzatest.Issuer) (verify, error) {
	address, err := url.Parse(issuer.Name())
	if err != nil {
		return nil, err
	}
	keys := jwks.NewCachingProvider(address, 5*time.Minute)
	own, err := validator.New(keys.KeyFunc, validator.ES256, issuer.Name(), []string{audience},
		validator.WithCustomClaims(func() validator.CustomClaims { return &scoped{} }))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, token string) error {
		_, err := own.ValidateToken(ctx, token)
		return err
	}, nil
}

// middleware is the one of auth0, around any of the libraries: the others have none.
func (verify verify) middleware(next http.Handler) http.Handler {
	own := jwtmiddleware.New(func(ctx context.Context, token string) (any, error) { return token, verify(ctx, token) })
	return own.CheckJWT(next)
}

// bearer is the token of an Authorization field.
func bearer(field string) (string, error) {
	token, isBearer := strings.CutPrefix(field, "Bearer ")
	if !isBearer {
		return "", errNone
	}
	return token, nil
}
