package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"credenza.dev/credenza/events"
	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/service"
)

// changed drops the features of a plan that has changed.
func (projects *projects) changed(_ context.Context, event *events.Event) error {
	if event.Type != "features.changed" {
		return nil
	}
	var data struct {
		Plan string `json:"plan"`
	}
	if err := json.Unmarshal(event.Data, &data); err != nil {
		return err
	}
	projects.features.Drop(data.Plan)
	return nil
}

// invoices asks the billing service in the name of this one.
func (projects *projects) invoices(writer http.ResponseWriter, request *http.Request) error {
	return projects.ask(writer, request, projects.billing)
}

// ownInvoices asks the billing service in the name of the caller.
func (projects *projects) ownInvoices(writer http.ResponseWriter, request *http.Request) error {
	target, err := projects.client.OnBehalf(request, projects.billingURL)
	if err != nil {
		return err
	}
	return projects.ask(writer, request, target)
}

func (projects *projects) ask(writer http.ResponseWriter, request *http.Request, target *service.Target) error {
	call, err := http.NewRequestWithContext(request.Context(), http.MethodGet, projects.billingURL+"/invoices", nil)
	if err != nil {
		return err
	}
	answer, err := target.Do(call)
	if err == nil {
		err = service.CheckAnswer(answer)
	}
	switch {
	case errors.Is(err, service.ErrUnavailable):
		return &kit.Problem{Name: "billing_unavailable", Status: http.StatusServiceUnavailable, Fields: map[string]string{"Retry-After": "5"}}
	case err != nil:
		return err
	}
	defer answer.Body.Close()
	writer.Header().Set("Content-Type", "application/json")
	_, err = io.Copy(writer, answer.Body)
	return err
}
