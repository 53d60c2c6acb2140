// Command service is a small API with the whole kit: tokens are validated, handlers know the caller, and permissions, plans,
// features, rates, pages, problems, health, calls of another service and webhooks are a line each.
//
//	ISSUER=https://id.example AUDIENCE=https://projects.example SECRET=… go run ./service
//
// Its README lists the settings.
package main

import (
	"cmp"
	"context"
	"errors"
	"log"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"credenza.dev/credenza/kit"
)

func main() {
	logger := kit.NewLogger(os.Stdout)
	slog.SetDefault(logger)
	settings := settings{
		Issuer: os.Getenv("ISSUER"), Audience: os.Getenv("AUDIENCE"), Secret: os.Getenv("SECRET"),
		ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"), BillingURL: os.Getenv("BILLING_URL"),
		FeaturesURL: os.Getenv("FEATURES_URL"), WebhookSecrets: strings.Split(os.Getenv("WEBHOOK_SECRETS"), ","),
	}
	made, err := newProjects(settings)
	if err != nil {
		log.Fatal(err)
	}
	around := kit.Service{Origin: settings.Audience, Logger: logger, BodyLimit: 64 * 1024, Timeout: 10 * time.Second}
	server := &http.Server{
		Addr: cmp.Or(os.Getenv("LISTEN"), "localhost:8091"), Handler: around.Wrap(made.routes()),
		ReadHeaderTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	go func() {
		<-ctx.Done()
		_ = server.Shutdown(context.Background())
	}()
	slog.Info("listening", "address", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
}
