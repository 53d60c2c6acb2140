// Command invite mails invitations to these addresses, and prints the addresses whose invitations are pending.
//
//	ISSUER=https://id.example CLIENT_ID=… CLIENT_SECRET=… go run ./invite ada@example.com
package main

import (
	"context"
	"fmt"
	"os"

	"credenza.dev/credenza/service"
)

func main() {
	client, err := service.New(service.Config{
		Issuer: os.Getenv("ISSUER"), ClientID: os.Getenv("CLIENT_ID"), ClientSecret: os.Getenv("CLIENT_SECRET"),
	})
	if err == nil {
		err = invite(context.Background(), client, os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func invite(ctx context.Context, client *service.Client, addresses []string) error {
	invitations, err := client.Invitations()
	if err != nil {
		return err
	}
	for _, address := range addresses {
		if _, err := invitations.Create(ctx, service.NewInvitation{Email: address, Locale: "de"}); err != nil {
			return err
		}
	}
	for one, err := range invitations.List(ctx) {
		if err != nil {
			return err
		}
		if one.State == service.InvitationPending {
			fmt.Println(one.Email)
		}
	}
	return nil
}
