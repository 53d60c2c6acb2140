package service

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// The kinds of error, for errors.Is. The errors themselves are *Error.
var (
	// ErrUserAlreadyExists: there is a user of that name.
	ErrUserAlreadyExists = errors.New("the user exists already")
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("not found")
	// ErrConflict: it is not as it was thought to be, such as an invitation that is over; Error.Detail says what is wrong.
	ErrConflict = errors.New("conflict")
	// ErrRateLimited: there were too many requests; Error.RetryAfter says when to come again.
	ErrRateLimited = errors.New("too many requests")
	// ErrRefused: this client may not do that.
	ErrRefused = errors.New("refused")
	// ErrInvalid: the request itself is wrong.
	ErrInvalid = errors.New("the request is not accepted")
	// ErrUnavailable: the provider or the service does not answer, or is in trouble.
	ErrUnavailable = errors.New("unavailable")
)

// Error is an answer that is no success.
type Error struct {
	// Kind is one of the errors above.
	Kind error
	// Status is that of the answer; 0 where there is none.
	Status int
	// Type is the last part of the type of the problem (RFC 9457), such as "taken"; empty without.
	Type string
	// Detail is for developers.
	Detail string
	// RetryAfter is how long to wait; 0 where that is not said.
	RetryAfter time.Duration
}

// Error is for logs.
func (failed *Error) Error() string {
	text := failed.Kind.Error()
	if failed.Status != 0 {
		text += ": status " + strconv.Itoa(failed.Status)
	}
	for _, part := range []string{failed.Type, failed.Detail} {
		if part != "" {
			text += ": " + part
		}
	}
	return text
}

// Unwrap is the kind.
func (failed *Error) Unwrap() error { return failed.Kind }

// maxProblem is how much of a problem is read, in bytes.
const maxProblem = 64 * 1024

// CheckAnswer is the error that an answer stands for, by the type of its problem and its status; nil for a success. It
// closes the body of an answer that is an error.
func CheckAnswer(answer *http.Response) error {
	if answer.StatusCode < http.StatusMultipleChoices {
		return nil
	}
	defer answer.Body.Close()
	var problem struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	// What is no problem has neither.
	_ = json.NewDecoder(io.LimitReader(answer.Body, maxProblem)).Decode(&problem)
	failed := &Error{Status: answer.StatusCode, Detail: problem.Detail, RetryAfter: retryAfter(answer.Header)}
	if failed.Detail == "" {
		failed.Detail = problem.Title
	}
	if problem.Type != "" && problem.Type != "about:blank" {
		failed.Type = path.Base(problem.Type)
	}
	failed.Kind = kindOf(failed.Type, answer.StatusCode)
	return failed
}

// kinds are the problems of the admin API that have a kind of their own, whatever their status is.
var kinds = map[string]error{
	"taken": ErrUserAlreadyExists, "not-found": ErrNotFound, "unavailable": ErrUnavailable, "conflict": ErrConflict,
	"too-many-requests": ErrRateLimited, "too-many-attempts": ErrRateLimited, "too-many-at-once": ErrRateLimited,
	"unauthenticated": ErrRefused, "insufficient-scope": ErrRefused, "beyond-authority": ErrRefused,
}

func kindOf(name string, status int) error {
	if kind, isKnown := kinds[name]; isKnown {
		return kind
	}
	switch {
	case status >= http.StatusInternalServerError:
		return ErrUnavailable
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return ErrRefused
	case status == http.StatusNotFound:
		return ErrNotFound
	case status == http.StatusConflict || status == http.StatusPreconditionFailed:
		return ErrConflict
	default:
		return ErrInvalid
	}
}

// retryAfter reads the field, which is seconds or a date (RFC 9110 section 10.2.3).
func retryAfter(header http.Header) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
