package login

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
)

// retryAfter is how soon the provider is asked again after a failure, in seconds.
const retryAfter = 5

// Failure is why a sign-in failed, and what to show.
type Failure struct {
	// Status is 400, 403 or 500, or 503 where it may succeed a little later.
	Status int
	// Title and Message are for the person, in English, with nothing of the request in them.
	Title, Message string
	// ReturnTo is where the person wanted to go, a path of this application.
	ReturnTo string
	// SignInURL is where to sign in again.
	SignInURL string
	// Cause is for logs.
	Cause error
}

func unavailable(cause error, returnTo string) *Failure {
	return &Failure{
		Status: http.StatusServiceUnavailable, Title: "Signing in is not possible right now", ReturnTo: returnTo,
		Message: "The sign-in service cannot be reached. Please try again in a moment.", Cause: cause,
	}
}

var page = template.Must(template.New("failure").Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{.Title}}</title>
</head>
<body>
<h1>{{.Title}}</h1>
<p>{{.Message}}</p>
<p><a href="{{.SignInURL}}">Sign in again</a></p>
</body>
</html>
`))

// fail shows a failure, and tells the log of it.
func (login *Login) fail(writer http.ResponseWriter, request *http.Request, failure *Failure) {
	failure.SignInURL = login.signInURL(failure.ReturnTo)
	login.config.Logger.WarnContext(request.Context(), "credenza: a sign-in failed",
		"status", failure.Status, "path", request.URL.Path, "reason", printable(failure.Cause.Error()))
	if failure.Status == http.StatusServiceUnavailable {
		writer.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if login.config.OnError != nil {
		login.config.OnError(writer, request, failure)
		return
	}
	var text bytes.Buffer
	if err := page.Execute(&text, failure); err != nil {
		http.Error(writer, failure.Title, failure.Status)
		return
	}
	header := writer.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	writer.WriteHeader(failure.Status)
	_, _ = writer.Write(text.Bytes())
}

// redirect leads a browser to an address exactly as it is: http.Redirect would clean its path.
func redirect(writer http.ResponseWriter, address string, status int) {
	writer.Header().Set("Location", address)
	writer.WriteHeader(status)
}

// Refuse answers a request that needed a session or a token, by the error of AccessToken or Session: 503 where it may
// succeed a little later, and 401 otherwise.
func (login *Login) Refuse(writer http.ResponseWriter, _ *http.Request, err error) {
	private(writer.Header())
	status, code := http.StatusUnauthorized, "not_signed_in"
	switch {
	case errors.Is(err, ErrUnavailable):
		status, code = http.StatusServiceUnavailable, "temporarily_unavailable"
		writer.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	case errors.Is(err, ErrSessionEnded), errors.Is(err, ErrNoToken):
		code = "session_ended"
	}
	answerJSON(writer, status, map[string]string{"error": code})
}

func answerJSON(writer http.ResponseWriter, status int, body any) {
	writer.Header().Set("Content-Type", "application/json")
	writer.Header().Set("X-Content-Type-Options", "nosniff")
	writer.WriteHeader(status)
	_ = json.NewEncoder(writer).Encode(body)
}

// printable is a text of somebody else's for a log: bounded, and without control characters.
func printable(text string) string {
	const most = 300
	kept := strings.Map(func(char rune) rune {
		if char < 0x20 || char == 0x7f {
			return ' '
		}
		return char
	}, text)
	if len(kept) > most {
		return kept[:most] + "…"
	}
	return kept
}
