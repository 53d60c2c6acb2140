package kit

import (
	"fmt"
	"maps"
	"net/http"
	"runtime/debug"
)

// Recover answers with 500 when a handler panics, and tells the log where. An answer that has begun is broken off, so that
// nobody takes it for a whole one.
func Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		answer := &answerWriter{ResponseWriter: writer}
		before := writer.Header().Clone()
		defer func() {
			panicked := recover()
			if panicked == nil {
				return
			}
			if panicked == http.ErrAbortHandler {
				panic(panicked)
			}
			Logger(request.Context()).ErrorContext(request.Context(), "a handler panicked",
				"cause", fmt.Sprint(panicked), "stack", string(debug.Stack()))
			if answer.status != 0 {
				panic(http.ErrAbortHandler)
			}
			clear(answer.Header())
			maps.Copy(answer.Header(), before)
			internalError().Write(answer, request)
		}()
		next.ServeHTTP(answer, request)
	})
}
