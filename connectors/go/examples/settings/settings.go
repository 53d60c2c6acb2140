// Package settings is what the examples have in common: their settings from the environment, and a validator by them.
package settings

import (
	"cmp"
	"context"
	"log/slog"
	"os"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Settings are those of an example.
type Settings struct {
	// Listen is the address of the example: LISTEN, or else localhost:8090.
	Listen string
	// Audience is its name in tokens: AUDIENCE, or else its URL.
	Audience string
	// Issuer is whose tokens it takes: ISSUER, or else that of `credenza dev`.
	Issuer string
}

// Read reads the environment.
func Read() Settings {
	listen := cmp.Or(os.Getenv("LISTEN"), "localhost:8090")
	return Settings{
		Listen: listen, Audience: cmp.Or(os.Getenv("AUDIENCE"), "http://"+listen),
		Issuer: cmp.Or(os.Getenv("ISSUER"), "http://localhost:8080"),
	}
}

// Guard makes a guard; with DEBUG it tells clients why they are refused. Trouble with the issuer shows in the log at once;
// when it is over, the validator works by itself.
func (settings Settings) Guard() (*guard.Guard, error) {
	validator, err := credenza.New(credenza.Settings{
		Issuer: settings.Issuer, Audience: settings.Audience,
		ResourceMetadata: settings.Audience + guard.MetadataPath,
	})
	if err != nil {
		return nil, err
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := validator.Ready(ctx); err != nil {
			slog.Warn("the issuer does not answer yet", "cause", err)
		}
	}()
	guarded := guard.New(validator)
	guarded.Debug = os.Getenv("DEBUG") != ""
	slog.Info("listening", "url", "http://"+settings.Listen, "audience", settings.Audience)
	return guarded, nil
}

// Metadata is what the example says of itself to clients.
func (settings Settings) Metadata() guard.Metadata {
	return guard.Metadata{Resource: settings.Audience, Scopes: []string{"orders:read", "orders:write"}}
}

// Greeting is what the routes answer.
func Greeting(caller *credenza.Claims) string {
	if caller == nil {
		return "Hello whoever you are"
	}
	return "Hello " + caller.Subject()
}
