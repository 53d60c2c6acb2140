package kit

import (
	"io"
	"log/slog"
	"net/http"
	"time"
)

// NewLogger writes one JSON object a line, with the members time, level and message in front.
func NewLogger(writer io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(writer, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, field slog.Attr) slog.Attr {
			if len(groups) == 0 && field.Key == slog.MessageKey {
				field.Key = "message"
			}
			return field
		},
	}))
}

// Log writes a record of each request when it is answered: id, method, path, status, duration and who called. Neither the
// query nor any field or body is in it. nil for slog.Default. RequestID goes around it.
func Log(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			began, own := time.Now(), logger
			if own == nil {
				own = slog.Default()
			}
			known := exchangeOf(request.Context())
			if known != nil {
				own = own.With("request_id", known.id)
				known.logger.Store(own)
			}
			answer := &answerWriter{ResponseWriter: writer}
			defer func() {
				own.LogAttrs(request.Context(), levelOf(answer.status), "request", fieldsOf(request, answer, known, began)...)
			}()
			next.ServeHTTP(answer, request)
		})
	}
}

func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func fieldsOf(request *http.Request, answer *answerWriter, known *exchange, began time.Time) []slog.Attr {
	status := answer.status
	if status == 0 {
		// net/http sends it for a handler that has written nothing.
		status = http.StatusOK
	}
	fields := []slog.Attr{
		slog.String("method", request.Method), slog.String("path", request.URL.Path), slog.Int("status", status),
		slog.Float64("duration_ms", float64(time.Since(began).Microseconds())/1000),
	}
	if known == nil || known.caller.Load() == nil {
		return fields
	}
	caller := known.caller.Load()
	for name, text := range map[string]string{
		"tenant": caller.Tenant(), "sub": caller.Subject(), "client_id": caller.ClientID(),
	} {
		if text != "" {
			fields = append(fields, slog.String(name, text))
		}
	}
	return fields
}
