package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"html/template"
	"io"
	"net/http"

	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/login"
	"credenza.dev/credenza/service"
)

var page = template.Must(template.New("page").Parse(`<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title></head>
<body>
<h1>{{.Title}}</h1>
{{if .Session}}
<p>You are {{or .Session.Name .Session.Subject}}.</p>
<form method="post" action="/auth/logout"><button>Sign out</button></form>
{{else}}
<p><a href="/auth/login?return_to=/account">Sign in</a></p>
{{end}}
{{if .MayOrder}}
<form method="post" action="/account/orders"><input name="article" aria-label="Article"><button>Order</button></form>
{{end}}
{{if .Orders}}<ul>{{range .Orders}}<li>{{.Article}}</li>{{end}}</ul>{{end}}
<p><a href="/">Home</a> · <a href="/account">Your account</a> · <a href="/report">Report</a></p>
</body>
</html>
`))

type shown struct {
	Title   string
	Session *login.Session
	Orders  []order
	// MayOrder tells whether there is a form for orders; the API decides who may.
	MayOrder bool
}

// home is for everybody; who is signed in is greeted.
func (application *application) home(writer http.ResponseWriter, request *http.Request) {
	session, err := application.signIn.Session(writer, request)
	if err != nil {
		application.signIn.Refuse(writer, request, err)
		return
	}
	_ = show(writer, shown{Title: "Orders", Session: session})
}

// account shows the orders of the person, which it asks the API for with their own token.
func (application *application) account(writer http.ResponseWriter, request *http.Request) error {
	answer, err := application.callAPI(writer, request, http.MethodGet, nil)
	if answer == nil || err != nil {
		return err
	}
	orders, err := readOrders(answer)
	if err != nil {
		return err
	}
	return show(writer, shown{"Your account", login.FromContext(request.Context()), orders, true})
}

// order orders something for the person, where the API lets them.
func (application *application) order(writer http.ResponseWriter, request *http.Request) error {
	text, err := json.Marshal(order{Article: request.PostFormValue("article")})
	if err != nil {
		return err
	}
	answer, err := application.callAPI(writer, request, http.MethodPost, bytes.NewReader(text))
	if answer == nil || err != nil {
		return err
	}
	if err := service.CheckAnswer(answer); errors.Is(err, service.ErrRefused) {
		return &kit.Problem{Status: http.StatusForbidden, Detail: "Only editors may order."}
	} else if err != nil {
		return err
	}
	_ = answer.Body.Close()
	http.Redirect(writer, request, "/account", http.StatusSeeOther)
	return nil
}

// callAPI calls the API with the token of the person. There is no answer where they have none: then that is told already.
func (application *application) callAPI(
	writer http.ResponseWriter, request *http.Request, method string, body io.Reader,
) (*http.Response, error) {
	token, err := application.signIn.AccessToken(writer, request)
	if err != nil {
		application.signIn.Refuse(writer, request, err)
		return nil, nil
	}
	call, err := http.NewRequestWithContext(request.Context(), method, application.api+"/orders", body)
	if err != nil {
		return nil, err
	}
	call.Header.Set("Authorization", "Bearer "+token)
	call.Header.Set("Content-Type", "application/json")
	return http.DefaultClient.Do(call)
}

// report asks the API in the name of the job, which has no person.
func (application *application) report(writer http.ResponseWriter, request *http.Request) error {
	call, err := http.NewRequestWithContext(request.Context(), http.MethodGet, application.api+"/orders", nil)
	if err != nil {
		return err
	}
	answer, err := application.job.Do(call)
	if err != nil {
		return err
	}
	orders, err := readOrders(answer)
	if err != nil {
		return err
	}
	return show(writer, shown{"Report of all orders", login.FromContext(request.Context()), orders, false})
}

func readOrders(answer *http.Response) ([]order, error) {
	if err := service.CheckAnswer(answer); err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	var found struct {
		Items []order `json:"items"`
	}
	return found.Items, json.NewDecoder(answer.Body).Decode(&found)
}

func show(writer http.ResponseWriter, content shown) error {
	writer.Header().Set("Content-Type", "text/html; charset=utf-8")
	writer.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	return page.Execute(writer, content)
}
