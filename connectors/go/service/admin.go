package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// admin is the admin API of the issuer.
type admin struct{ base string }

// admin makes the targets for it, each with tokens of one scope.
func (client *Client) admin(targets map[string]**Target) (admin, error) {
	base := strings.TrimSuffix(client.config.Issuer, "/") + "/admin"
	for scope, target := range targets {
		own, err := client.For(base, scope)
		if err != nil {
			return admin{}, err
		}
		*target = own
	}
	return admin{base: base + "/v1"}, nil
}

// once is a key of idempotency: what is sent twice makes one.
func once() http.Header { return http.Header{"Idempotency-Key": {rand.Text()}} }

// pathOf is the last part of a path. What would lead to another path, such as nothing at all, becomes an id that nobody has.
func pathOf(id string) string {
	if strings.Trim(id, ".") == "" {
		return "/none" + strings.Repeat("%2E", len(id))
	}
	return "/" + url.PathEscape(id)
}

const (
	// maxWait is how long a request waits by itself when it is told to come again.
	maxWait = time.Second
	// maxAnswer is how much of an answer is read, in bytes.
	maxAnswer = 4 << 20
)

// call makes a request, and once more where it is told to come again within a second.
func (admin *admin) call(
	ctx context.Context, target *Target, method, path string, fields http.Header, body, found any,
) error {
	err := admin.callOnce(ctx, target, method, path, fields, body, found)
	var failed *Error
	if !errors.As(err, &failed) || failed.Kind != ErrRateLimited || failed.RetryAfter <= 0 || failed.RetryAfter > maxWait {
		return err
	}
	select {
	case <-ctx.Done():
		return err
	case <-time.After(failed.RetryAfter):
		return admin.callOnce(ctx, target, method, path, fields, body, found)
	}
}

func (admin *admin) callOnce(
	ctx context.Context, target *Target, method, path string, fields http.Header, body, found any,
) error {
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, admin.base+path, sent)
	if err != nil {
		return err
	}
	for name, values := range fields {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := target.Do(request)
	if err != nil {
		return err
	}
	if err := CheckAnswer(answer); err != nil {
		return err
	}
	defer answer.Body.Close()
	if found == nil {
		return nil
	}
	if err := json.NewDecoder(io.LimitReader(answer.Body, maxAnswer)).Decode(found); err != nil {
		return &Error{Kind: ErrUnavailable, Status: answer.StatusCode, Detail: "the answer is not JSON"}
	}
	return nil
}
