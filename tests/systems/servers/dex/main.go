// Dex as its own command serves it, on a loopback port, with storage in memory. The command itself cannot be built from
// the module proxy, as its gRPC interface is a module that is replaced by a folder; the server it wraps can.
package main

import (
	"context"
	"encoding/json"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/server/connectors"
	"github.com/dexidp/dex/server/signer"
	"github.com/dexidp/dex/server/tokens"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"golang.org/x/crypto/bcrypt"
)

// What config.json has: the clients and the user, in Dex's own words.
type config struct {
	StaticClients []storage.Client `json:"staticClients"`
	User          storage.Password `json:"user"`
	Password      string           `json:"password"`
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: dex CONFIG PORT")
	}
	if err := serve(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func serve(path, port string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var config config
	if err := json.Unmarshal(text, &config); err != nil {
		return err
	}
	address := "127.0.0.1:" + port
	handler, err := handler(config, "http://"+address+"/dex")
	if err != nil {
		return err
	}
	listening := http.Server{Addr: address, Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	return listening.ListenAndServe()
}

func handler(config config, issuer string) (http.Handler, error) {
	logger := slog.Default()
	hash, err := bcrypt.GenerateFromPassword([]byte(config.Password), bcrypt.DefaultCost)
	if err != nil {
		return nil, err
	}
	config.User.Hash = hash
	stored := storage.WithStaticClients(memory.New(logger), config.StaticClients)
	stored = storage.WithStaticPasswords(stored, []storage.Password{config.User}, logger)
	stored = storage.WithStaticConnectors(stored, []storage.Connector{
		{ID: connectors.LocalConnector, Name: "Email", Type: connectors.LocalConnector},
	})
	const validFor = 24 * time.Hour
	keys := signer.LocalConfig{KeysRotationPeriod: "6h"}
	signing, err := keys.Open(context.Background(), stored, validFor, time.Now, logger)
	if err != nil {
		return nil, err
	}
	refresh, err := tokens.NewRefreshTokenPolicy(logger, false, "", "", "")
	if err != nil {
		return nil, err
	}
	return server.NewServer(context.Background(), server.Config{
		Issuer:             issuer,
		Storage:            stored,
		AllowedGrantTypes:  []string{"authorization_code", "refresh_token", "client_credentials"},
		SkipApprovalScreen: true,
		IDTokensValidFor:   validFor,
		RefreshTokenPolicy: refresh,
		Signer:             signing,
		Logger:             logger,
	})
}
