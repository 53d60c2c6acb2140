// Package settings is what the applications under test have in common: their settings from the environment, and how they
// listen. The contract is that of tests/applications.
package settings

import (
	"cmp"
	"os"
	"strconv"
	"strings"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/login"
	"credenza.dev/credenza/redisstore"
)

// Origin is what browsers see.
func Origin() string {
	return cmp.Or(os.Getenv("ORIGIN"), "http://127.0.0.1:"+os.Getenv("PORT"))
}

// SignIn makes the sign-in of the environment.
func SignIn() (*login.Login, error) {
	config := login.Config{
		Issuer: os.Getenv("ISSUER"), ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
		Origin: Origin(), Secrets: strings.Split(os.Getenv("SECRET"), ","),
		Scope: os.Getenv("SCOPE"), Resource: os.Getenv("RESOURCE"), ACRValues: strings.Fields(os.Getenv("ACR_VALUES")),
	}
	if text := os.Getenv("MAX_AGE"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil {
			return nil, err
		}
		config.MaxAge = cmp.Or(time.Duration(seconds)*time.Second, credenza.None)
	}
	var err error
	switch sessions := os.Getenv("SESSIONS"); {
	case sessions == "memory":
		config.Store = login.NewMemory()
	case strings.HasPrefix(sessions, "redis:"):
		config.Store, err = store(sessions)
	}
	if ended := os.Getenv("ENDED"); ended != "" && err == nil {
		config.Ended, err = store(ended)
	}
	if err != nil {
		return nil, err
	}
	return login.New(config)
}

func store(url string) (login.Store, error) {
	client, err := redisstore.Open(url)
	if err != nil {
		return nil, err
	}
	return redisstore.Sessions(client), nil
}
