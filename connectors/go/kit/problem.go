package kit

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"
)

// Problem is an error as clients see it (RFC 9457). It is an error, so that functions return it and Fail answers it.
type Problem struct {
	// Name is the last part of its type, as in urn:problem:limit_reached; empty for about:blank.
	Name string
	// Status is the status of the answer.
	Status int
	// Title is for people; the name of the status by default.
	Title string
	// Detail says what is wrong with this request; empty for nothing.
	Detail string
	// Extras are further members.
	Extras map[string]any
	// Fields are set on the answer.
	Fields map[string]string
}

// Error is for logs.
func (problem *Problem) Error() string {
	return strconv.Itoa(problem.Status) + " " + problem.kind() + " " + problem.Detail
}

func (problem *Problem) kind() string {
	if problem.Name == "" {
		return "about:blank"
	}
	return "urn:problem:" + problem.Name
}

// Write answers with the problem.
func (problem *Problem) Write(writer http.ResponseWriter, request *http.Request) {
	title := problem.Title
	if title == "" {
		title = http.StatusText(problem.Status)
	}
	members := map[string]any{}
	maps.Copy(members, problem.Extras)
	members["type"], members["title"], members["status"] = problem.kind(), title, problem.Status
	if problem.Detail != "" {
		members["detail"] = problem.Detail
	}
	if id := ID(request.Context()); id != "" {
		members["request_id"] = id
	}
	header := writer.Header()
	for name, value := range problem.Fields {
		header.Set(name, value)
	}
	header.Del("Content-Length")
	text, err := json.Marshal(members)
	if err != nil {
		// Extras that are not JSON.
		Logger(request.Context()).ErrorContext(request.Context(), "kit: a problem cannot be written", "cause", err)
		text = []byte(`{"type":"about:blank","status":` + strconv.Itoa(problem.Status) + `}`)
	}
	header.Set("Content-Type", "application/problem+json")
	writer.WriteHeader(problem.Status)
	_, _ = writer.Write(text)
}

// Fail answers with an error: a *Problem as it is, a body that is too long with 413, and
// anything else with 500, with nothing of it but in the log.
func Fail(writer http.ResponseWriter, request *http.Request, err error) {
	var problem *Problem
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &problem):
	case errors.As(err, &tooLong):
		problem = bodyTooLarge(tooLong.Limit)
	default:
		Logger(request.Context()).ErrorContext(request.Context(), "a handler failed", "cause", err.Error())
		problem = internalError()
	}
	problem.Write(writer, request)
}

func internalError() *Problem {
	return &Problem{Name: "internal_error", Status: http.StatusInternalServerError}
}

// Handler is a handler that returns an error, which Fail answers.
type Handler func(http.ResponseWriter, *http.Request) error

// ServeHTTP calls the function.
func (handler Handler) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	if err := handler(writer, request); err != nil {
		Fail(writer, request, err)
	}
}

// WriteJSON answers with a value as JSON.
func WriteJSON(writer http.ResponseWriter, status int, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	writer.Header().Set("Content-Type", "application/json")
	writer.WriteHeader(status)
	_, _ = writer.Write(text)
	return nil
}
