package main

import (
	"encoding/json"
	"html/template"
	"net/http"

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
{{if .Orders}}<ul>{{range .Orders}}<li>{{.Article}}</li>{{end}}</ul>{{end}}
<p><a href="/">Home</a> · <a href="/account">Your account</a> · <a href="/report">Report</a></p>
</body>
</html>
`))

type shown struct {
	Title   string
	Session *login.Session
	Orders  []order
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
	token, err := application.signIn.AccessToken(writer, request)
	if err != nil {
		application.signIn.Refuse(writer, request, err)
		return nil
	}
	call, err := http.NewRequestWithContext(request.Context(), http.MethodGet, application.api+"/orders", nil)
	if err != nil {
		return err
	}
	call.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(call)
	if err != nil {
		return err
	}
	orders, err := readOrders(answer)
	if err != nil {
		return err
	}
	return show(writer, shown{"Your account", login.FromContext(request.Context()), orders})
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
	return show(writer, shown{"Report of all orders", login.FromContext(request.Context()), orders})
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
	// The form leads to the provider, which ends its own session too.
	writer.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	return page.Execute(writer, content)
}
