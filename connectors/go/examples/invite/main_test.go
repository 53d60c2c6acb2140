// Chart 958: Invitations and sign-in links for Go | from the mail to the end, pages, typed refusals, a provider that sends no mail

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza/examples/internal/provider"
	"credenza.dev/credenza/internal/programs"
	"credenza.dev/credenza/service"
)

const (
	reading = "admin:invitations:read"
	scopes  = reading + " admin:invitations:write admin:users:sign_in_links admin:users:read admin:users:write"
)

// admin is the admin API of a real provider, by a service account.
type admin struct {
	*provider.Provider
	invitations *service.Invitations
	links       *service.SignInLinks
	users       *service.Users
}

func newAdmin(t *testing.T, running *provider.Provider, scopes string) *admin {
	t.Helper()
	id, secret := running.ServiceAccount(t, scopes)
	client, err := service.New(service.Config{Issuer: running.Issuer, ClientID: id, ClientSecret: secret})
	if err != nil {
		t.Fatal(err)
	}
	made := &admin{Provider: running}
	made.invitations = must(client.Invitations())
	made.links = must(client.SignInLinks())
	made.users = must(client.Users())
	return made
}

// must is for what a test cannot go on without.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// user makes one with a verified address.
func (admin *admin) user(t *testing.T, name string) string {
	t.Helper()
	claims := map[string]any{"email": name + "@example.com", "email_verified": true}
	return must(admin.users.Create(t.Context(), service.NewUser{Username: name, Claims: claims})).ID
}

// all is what List goes through, by id.
func (admin *admin) all(t *testing.T) map[string]*service.Invitation {
	t.Helper()
	found := map[string]*service.Invitation{}
	for one, err := range admin.invitations.List(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if found[one.ID] != nil {
			t.Errorf("%s is there twice", one.ID)
		}
		found[one.ID] = one
	}
	return found
}

// wantLetters waits for mail, which is sent beside the request.
func (admin *admin) wantLetters(t *testing.T, address string, count int) {
	t.Helper()
	for range 300 {
		if admin.Letters(t, address) == count {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Errorf("%s has %d mails, not %d", address, admin.Letters(t, address), count)
}

func wantConflict(t *testing.T, err error, detail string) {
	t.Helper()
	var failed *service.Error
	if !errors.Is(err, service.ErrConflict) || !errors.As(err, &failed) || failed.Status != 409 || failed.Detail != detail {
		t.Errorf("not %q: %v", detail, err)
	}
}

func TestAnInvitationFromItsMailToItsEnd(t *testing.T) {
	admin, ctx := newAdmin(t, provider.Start(t), scopes), t.Context()
	made := must(admin.invitations.Create(ctx, service.NewInvitation{
		Email: "grace@example.com", Locale: "de", Claims: map[string]any{"given_name": "Grace"}, ExpiresIn: 3600,
	}))
	if made.State != service.InvitationPending || made.Locale != "de" || made.Claims["given_name"] != "Grace" ||
		made.ExpiresAt-made.CreatedAt != 3600 {
		t.Errorf("made: %+v", made)
	}
	admin.wantLetters(t, "grace@example.com", 1)
	if found := admin.all(t)[made.ID]; found == nil || found.Email != "grace@example.com" {
		t.Errorf("the list has %+v", found)
	}
	if sent := must(admin.invitations.Resend(ctx, made.ID)); sent.ExpiresAt <= made.ExpiresAt {
		t.Errorf("sent again: %+v", sent)
	}
	admin.wantLetters(t, "grace@example.com", 2)
	must(admin.invitations.Revoke(ctx, made.ID))
	if shown := must(admin.invitations.Get(ctx, made.ID)); shown.State != service.InvitationRevoked || shown.RevokedAt == nil {
		t.Errorf("revoked: %+v", shown)
	}
	_, err := admin.invitations.Resend(ctx, made.ID)
	wantConflict(t, err, "the invitation was accepted or taken back")
	_, err = admin.invitations.Revoke(ctx, made.ID)
	wantConflict(t, err, "the invitation was accepted or taken back")
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	admin := newAdmin(t, provider.Start(t), scopes)
	admin.user(t, "ada")
	made := service.NewInvitation{Email: "ada@example.com"}
	first, second := must(admin.invitations.Create(t.Context(), made)), must(admin.invitations.Create(t.Context(), made))
	if first.ID == second.ID || first.State != service.InvitationPending || second.State != service.InvitationPending {
		t.Errorf("%+v, and %+v", first, second)
	}
	_, err := admin.invitations.Create(t.Context(), service.NewInvitation{Email: "nowhere"})
	if !errors.Is(err, service.ErrInvalid) {
		t.Errorf("no address: %v", err)
	}
}

func TestAllPagesAreGoneThrough(t *testing.T) {
	admin := newAdmin(t, provider.Start(t), scopes)
	for number := range 51 {
		must(admin.invitations.Create(t.Context(), service.NewInvitation{Email: fmt.Sprintf("person-%d@example.com", number)}))
	}
	if found := admin.all(t); len(found) != 51 {
		t.Errorf("found %d", len(found))
	}
	for range admin.invitations.List(t.Context()) {
		break
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	for one, err := range admin.invitations.List(over) {
		if one != nil || !errors.Is(err, service.ErrUnavailable) && !errors.Is(err, context.Canceled) {
			t.Errorf("canceled: %v, %v", one, err)
		}
	}
}

func TestALinkSignsInAndIsNotPrinted(t *testing.T) {
	admin := newAdmin(t, provider.Start(t), scopes)
	ada := admin.user(t, "ada")
	link := must(admin.links.Create(t.Context(), ada, service.NewSignInLink{ExpiresIn: 60}))
	if link.UserID != ada || link.ExpiresAt > time.Now().Unix()+60 {
		t.Errorf("%s until %d", link.UserID, link.ExpiresAt)
	}
	answer := must(http.Get(link.URL))
	defer answer.Body.Close()
	if text := string(must(io.ReadAll(answer.Body))); !strings.Contains(text, "You sign in to the account ada.") {
		t.Error(text)
	}
	for _, printed := range []string{
		fmt.Sprint(link), fmt.Sprintf("%+v", *link), fmt.Sprintf("%#v %s %q", link, link, *link), string(must(json.Marshal(link))),
	} {
		if strings.Contains(printed, "token") || !strings.Contains(printed, ada) {
			t.Error(printed)
		}
	}
	if mailed := must(admin.links.Create(t.Context(), ada, service.NewSignInLink{Mail: true})); mailed.URL != "" {
		t.Errorf("mailed and shown: %s", mailed.URL)
	}
	admin.wantLetters(t, "ada@example.com", 1)
}

func TestRefusalsHaveKinds(t *testing.T) {
	admin, ctx := newAdmin(t, provider.Start(t), scopes), t.Context()
	for _, id := range []string{"nobody", "", ".", "..", "a/b?c"} {
		_, got := admin.invitations.Get(ctx, id)
		_, sent := admin.invitations.Resend(ctx, id)
		_, revoked := admin.invitations.Revoke(ctx, id)
		_, linked := admin.links.Create(ctx, id, service.NewSignInLink{})
		for _, err := range []error{got, sent, revoked, linked} {
			if !errors.Is(err, service.ErrNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
	homeless := must(admin.users.Create(ctx, service.NewUser{Username: "homeless"})).ID
	_, err := admin.links.Create(ctx, homeless, service.NewSignInLink{Mail: true})
	wantConflict(t, err, "the user has no verified email address")
	reader := newAdmin(t, admin.Provider, reading)
	if found := reader.all(t); len(found) != 0 {
		t.Errorf("found %d", len(found))
	}
	_, created := reader.invitations.Create(ctx, service.NewInvitation{Email: "grace@example.com"})
	_, linked := reader.links.Create(ctx, homeless, service.NewSignInLink{})
	for _, err := range []error{created, linked} {
		if !errors.Is(err, service.ErrRefused) {
			t.Errorf("without the scope: %v", err)
		}
	}
}

func TestAProviderThatSendsNoMail(t *testing.T) {
	admin, ctx := newAdmin(t, provider.StartWithoutMail(t), scopes), t.Context()
	ada := admin.user(t, "ada")
	_, invited := admin.invitations.Create(ctx, service.NewInvitation{Email: "grace@example.com"})
	_, mailed := admin.links.Create(ctx, ada, service.NewSignInLink{Mail: true})
	for _, err := range []error{invited, mailed} {
		wantConflict(t, err, "no mail is sent here: set mail.from, and mail.smtp_url or mail.directory")
	}
	if found := admin.all(t); len(found) != 0 {
		t.Errorf("found %d", len(found))
	}
	if link := must(admin.links.Create(ctx, ada, service.NewSignInLink{})); link.URL == "" {
		t.Error("no link is shown")
	}
}

// TestItRuns starts the program itself, whose middle the README prints.
func TestItRuns(t *testing.T) {
	running := provider.Start(t)
	id, secret := running.ServiceAccount(t, scopes)
	program := exec.CommandContext(t.Context(), programs.Build(t, "."), "ada@example.com", "grace@example.com")
	program.Env = append(os.Environ(), "ISSUER="+running.Issuer, "CLIENT_ID="+id, "CLIENT_SECRET="+secret)
	if printed := string(must(program.Output())); len(strings.Fields(printed)) != 2 || !strings.Contains(printed, "grace@example.com\n") {
		t.Errorf("printed: %s", printed)
	}
	_, middle, _ := strings.Cut(string(must(os.ReadFile("main.go"))), "func invite(")
	if readme := string(must(os.ReadFile("../../kit/README.md"))); !strings.Contains(readme, "```go\nfunc invite("+middle+"```") {
		t.Error("the README prints it otherwise")
	}
}
