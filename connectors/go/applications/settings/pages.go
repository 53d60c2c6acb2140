package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"time"

	"credenza.dev/credenza/login"
)

// Pages are the handlers of an application with a sign-in, for whatever router takes them.
type Pages struct{ SignIn *login.Login }

// Public needs nobody.
func (pages Pages) Public(writer http.ResponseWriter, _ *http.Request) {
	writer.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(writer, "public")
}

// Protected is behind Login.Require.
func (pages Pages) Protected(writer http.ResponseWriter, request *http.Request) {
	writer.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(writer, "<!DOCTYPE html>\n<p>Hello %s</p>\n", html.EscapeString(login.FromContext(request.Context()).Subject()))
}

// Me tells who is signed in.
func (pages Pages) Me(writer http.ResponseWriter, request *http.Request) {
	session, err := pages.SignIn.Session(writer, request)
	if session == nil {
		pages.SignIn.Refuse(writer, request, errors.Join(login.ErrNoSession, err))
		return
	}
	answer(writer, map[string]any{
		"sub": session.Subject(), "sid": orNull(session.SessionID()), "name": orNull(session.Name()),
		"email": orNull(session.Email()), "acr": orNull(session.ACR()), "auth_time": seconds(session.AuthTime()),
	})
}

// Token hands out a usable access token.
func (pages Pages) Token(writer http.ResponseWriter, request *http.Request) {
	token, err := pages.SignIn.AccessToken(writer, request)
	if err != nil {
		pages.SignIn.Refuse(writer, request, err)
		return
	}
	answer(writer, map[string]string{"access_token": token})
}

func answer(writer http.ResponseWriter, body any) {
	writer.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(writer).Encode(body)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func seconds(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.Unix()
}
