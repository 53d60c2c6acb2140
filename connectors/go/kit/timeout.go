package kit

import (
	"bufio"
	"context"
	"errors"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"
)

// errTimeout is the cause of a context that Timeout ended.
var errTimeout = errors.New("kit: the handler took too long")

// Timeout answers with 503 when a handler has not begun its answer in time, and ends its context. One around a route
// replaces one around all of them, and begins anew. Unlike with http.TimeoutHandler, answers are sent as they are written,
// and one that has begun may take as long as http.Server.WriteTimeout allows.
func Timeout(limit time.Duration) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			if outer, isThere := request.Context().Value(timerKey{}).(*time.Timer); isThere {
				// Where it has just run out, it has.
				if outer.Stop() {
					outer.Reset(limit)
				}
				next.ServeHTTP(writer, request)
				return
			}
			serveWithin(limit, next, writer, request)
		})
	}
}

type timerKey struct{}

func serveWithin(limit time.Duration, next http.Handler, writer http.ResponseWriter, request *http.Request) {
	ctx, cancel := context.WithCancelCause(request.Context())
	defer cancel(nil)
	timer := time.AfterFunc(limit, func() { cancel(errTimeout) })
	defer timer.Stop()
	answer := &timedWriter{ctx: ctx, writer: writer, header: writer.Header().Clone(), timer: timer}
	inner := request.WithContext(context.WithValue(ctx, timerKey{}, timer))
	done := make(chan any, 1)
	go func() {
		defer func() { done <- recover() }()
		next.ServeHTTP(answer, inner)
	}()
	select {
	case panicked := <-done:
		// Whoever was told that time is over, and says so, is no faster than the time.
		if !isTimeout(ctx) || !answer.giveUp() {
			answer.finish(panicked)
			return
		}
	case <-ctx.Done():
		if !answer.giveUp() {
			answer.finish(<-done)
			return
		}
	}
	if !isTimeout(ctx) {
		// The client is gone, and the handler ends when it likes.
		panic(http.ErrAbortHandler)
	}
	timedOut := &Problem{
		Name: "timeout", Status: http.StatusServiceUnavailable, Fields: map[string]string{"Retry-After": "1"},
	}
	timedOut.Write(writer, request)
}

func isTimeout(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errTimeout) }

// timedWriter is the answer of a handler that may have run out of time, which then writes to nobody.
type timedWriter struct {
	ctx     context.Context
	mutex   sync.Mutex
	writer  http.ResponseWriter
	header  http.Header
	timer   *time.Timer
	isBegun bool
	isLate  bool
}

// Header are the handler's own fields until the answer begins.
func (timed *timedWriter) Header() http.Header { return timed.header }

// WriteHeader begins the answer.
func (timed *timedWriter) WriteHeader(status int) {
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	timed.begin(status)
}

func (timed *timedWriter) begin(status int) {
	if timed.isLate || timed.isBegun {
		return
	}
	if isTimeout(timed.ctx) {
		timed.isLate = true
		return
	}
	timed.isBegun = status >= http.StatusOK || status == http.StatusSwitchingProtocols
	if timed.isBegun {
		timed.timer.Stop()
	}
	timed.copyHeader()
	timed.writer.WriteHeader(status)
}

func (timed *timedWriter) copyHeader() {
	target := timed.writer.Header()
	clear(target)
	maps.Copy(target, timed.header)
}

// Write sends a part of the body.
func (timed *timedWriter) Write(octets []byte) (int, error) {
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	if timed.isLate {
		return 0, http.ErrHandlerTimeout
	}
	timed.begin(http.StatusOK)
	if timed.isLate {
		return 0, http.ErrHandlerTimeout
	}
	return timed.writer.Write(octets)
}

// Flush sends what is there.
func (timed *timedWriter) Flush() {
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	if timed.isLate {
		return
	}
	timed.begin(http.StatusOK)
	if timed.isLate {
		return
	}
	// A writer that cannot flush sends everything at the end.
	_ = http.NewResponseController(timed.writer).Flush()
}

// Unwrap is for http.ResponseController.
func (timed *timedWriter) Unwrap() http.ResponseWriter { return timed.writer }

// Hijack takes the connection over, as for a WebSocket, which then lasts as long as it lasts.
func (timed *timedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	if timed.isLate || isTimeout(timed.ctx) {
		return nil, nil, http.ErrHandlerTimeout
	}
	connection, buffered, err := http.NewResponseController(timed.writer).Hijack()
	if err == nil {
		timed.isBegun = true
		timed.timer.Stop()
	}
	return connection, buffered, err
}

// finish is for a handler that is done: it may have written nothing, or have panicked.
func (timed *timedWriter) finish(panicked any) {
	if panicked != nil {
		panic(panicked)
	}
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	if !timed.isBegun {
		timed.copyHeader()
	}
}

// giveUp lets nothing through any more, unless the answer has begun.
func (timed *timedWriter) giveUp() bool {
	timed.mutex.Lock()
	defer timed.mutex.Unlock()
	timed.isLate = timed.isLate || !timed.isBegun
	return timed.isLate
}
