package kit

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"

	"credenza.dev/credenza"
)

// exchange is what the parts of the kit know of a request together: those outside learn from it what those inside found.
type exchange struct {
	id     string
	logger atomic.Pointer[slog.Logger]
	caller atomic.Pointer[credenza.Claims]
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	found, _ := ctx.Value(exchangeKey{}).(*exchange)
	return found
}

// ID is the id of the request of a context; empty outside of RequestID.
func ID(ctx context.Context) string {
	if exchange := exchangeOf(ctx); exchange != nil {
		return exchange.id
	}
	return ""
}

// Logger is the log of the request of a context: each record has its id.
func Logger(ctx context.Context) *slog.Logger {
	if exchange := exchangeOf(ctx); exchange != nil {
		if logger := exchange.logger.Load(); logger != nil {
			return logger
		}
		return slog.With("request_id", exchange.id)
	}
	return slog.Default()
}

// answerWriter knows what was answered, and has a last word on the fields before they are sent.
type answerWriter struct {
	http.ResponseWriter
	before func(status int, header http.Header)
	status int
	bytes  int64
}

// WriteHeader sends status and fields, once.
func (writer *answerWriter) WriteHeader(status int) {
	if writer.status != 0 {
		return
	}
	// An informational answer is followed by another one.
	if status >= http.StatusOK || status == http.StatusSwitchingProtocols {
		writer.status = status
		if writer.before != nil {
			writer.before(status, writer.Header())
		}
	}
	writer.ResponseWriter.WriteHeader(status)
}

// Write sends a part of the body.
func (writer *answerWriter) Write(octets []byte) (int, error) {
	if writer.status == 0 {
		writer.WriteHeader(http.StatusOK)
	}
	count, err := writer.ResponseWriter.Write(octets)
	writer.bytes += int64(count)
	return count, err
}

// Flush sends what is there.
func (writer *answerWriter) Flush() {
	if writer.status == 0 {
		writer.WriteHeader(http.StatusOK)
	}
	// A writer that cannot flush sends everything at the end.
	_ = http.NewResponseController(writer.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (writer *answerWriter) Unwrap() http.ResponseWriter { return writer.ResponseWriter }

// Hijack takes the connection over, as for a WebSocket.
func (writer *answerWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	connection, buffered, err := http.NewResponseController(writer.ResponseWriter).Hijack()
	if err == nil && writer.status == 0 {
		writer.status = http.StatusSwitchingProtocols
	}
	return connection, buffered, err
}
