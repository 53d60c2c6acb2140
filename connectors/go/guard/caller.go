package guard

import (
	"context"

	"credenza.dev/credenza"
)

type callerKey struct{}

// Caller is whom the request of this context is from: the claims of the token that the guard accepted. nil where the
// route is optional and the request had no credentials, or where no guard stands in front.
func Caller(ctx context.Context) *credenza.Claims {
	claims, _ := ctx.Value(callerKey{}).(*credenza.Claims)
	return claims
}

// WithCaller is a context whose Caller is this one: for adapters, and for tests of handlers without a guard.
func WithCaller(ctx context.Context, caller *credenza.Claims) context.Context {
	return context.WithValue(ctx, callerKey{}, caller)
}
