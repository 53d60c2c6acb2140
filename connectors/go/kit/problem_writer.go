package kit

import (
	"bufio"
	"net"
	"net/http"
)

// Problems turns what a router answers by itself, 404 and 405 as plain text, into problems.
func Problems(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		next.ServeHTTP(&problemWriter{ResponseWriter: writer, request: request, isMeant: func(status int, kind string) bool {
			return (status == http.StatusNotFound || status == http.StatusMethodNotAllowed) && kind == "text/plain; charset=utf-8"
		}}, request)
	})
}

// problemWriter gives some answers the body of a problem, and passes on all others.
type problemWriter struct {
	http.ResponseWriter
	request *http.Request
	// isMeant says which, by status and Content-Type.
	isMeant    func(status int, kind string) bool
	isReplaced bool
}

// WriteHeader begins an answer.
func (writer *problemWriter) WriteHeader(status int) {
	if writer.isReplaced || !writer.isMeant(status, writer.Header().Get("Content-Type")) {
		writer.ResponseWriter.WriteHeader(status)
		return
	}
	writer.isReplaced = true
	(&Problem{Status: status}).Write(writer.ResponseWriter, writer.request)
}

// Write sends a part of the body, unless there is another one.
func (writer *problemWriter) Write(octets []byte) (int, error) {
	if writer.isReplaced {
		return len(octets), nil
	}
	return writer.ResponseWriter.Write(octets)
}

// Flush sends what is there.
func (writer *problemWriter) Flush() {
	// A writer that cannot flush sends everything at the end.
	_ = http.NewResponseController(writer.ResponseWriter).Flush()
}

// Unwrap is for http.ResponseController.
func (writer *problemWriter) Unwrap() http.ResponseWriter { return writer.ResponseWriter }

// Hijack takes the connection over, as for a WebSocket.
func (writer *problemWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return http.NewResponseController(writer.ResponseWriter).Hijack()
}
