package kit

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// BodyLimit bounds the bodies of requests, in bytes. One around a route replaces one around all of them, so the limit shows
// when the body is read: as an *http.MaxBytesError, which Fail answers with 413. A body whose Content-Length is too long
// is not read at all.
func BodyLimit(limit int64) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			if outer, isThere := request.Context().Value(bodyKey{}).(*boundedBody); isThere {
				outer.limit = limit
				next.ServeHTTP(writer, request)
				return
			}
			body := &boundedBody{writer: writer, whole: request.Body, length: request.ContentLength, limit: limit}
			bounded := request.WithContext(context.WithValue(request.Context(), bodyKey{}, body))
			bounded.Body = body
			next.ServeHTTP(writer, bounded)
		})
	}
}

type bodyKey struct{}

// boundedBody is a body whose limit may change until it is read.
type boundedBody struct {
	writer  http.ResponseWriter
	whole   io.ReadCloser
	bounded io.ReadCloser
	length  int64
	limit   int64
}

// Read reads as far as the limit.
func (body *boundedBody) Read(octets []byte) (int, error) {
	if body.length > body.limit {
		return 0, &http.MaxBytesError{Limit: body.limit}
	}
	if body.bounded == nil {
		body.bounded = http.MaxBytesReader(body.writer, body.whole, body.limit)
	}
	return body.bounded.Read(octets)
}

// Close closes the body.
func (body *boundedBody) Close() error { return body.whole.Close() }

func bodyTooLarge(limit int64) *Problem {
	return &Problem{
		Name: "body_too_large", Status: http.StatusRequestEntityTooLarge, Extras: map[string]any{"limit": limit},
	}
}

// ReadJSON reads the body of a request, which is one JSON text of the type application/json. The error is a *Problem with
// 415, 413 or 400.
func ReadJSON(request *http.Request, target any) error {
	kind, _, err := mime.ParseMediaType(request.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && !strings.HasSuffix(kind, "+json") {
		return &Problem{
			Name: "unsupported_media_type", Status: http.StatusUnsupportedMediaType,
			Fields: map[string]string{"Accept": "application/json"},
		}
	}
	octets, err := ReadBody(request)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(octets, target); err != nil {
		return &Problem{Name: "invalid_json", Status: http.StatusBadRequest, Detail: "The body is not the JSON that is wanted."}
	}
	return nil
}

// ReadBody reads the whole body of a request. The error is a *Problem with 413 or 400.
func ReadBody(request *http.Request) ([]byte, error) {
	octets, err := io.ReadAll(request.Body)
	var tooLong *http.MaxBytesError
	switch {
	case errors.As(err, &tooLong):
		return nil, bodyTooLarge(tooLong.Limit)
	case err != nil:
		return nil, &Problem{Status: http.StatusBadRequest, Detail: "The body ended early."}
	}
	return octets, nil
}
