package grpcguard

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/status"

	"credenza.dev/credenza/guard"
)

// admit is the context with the caller in it, or the status of a refusal.
func (own *Guard) admit(ctx context.Context, method string) (context.Context, error) {
	route := own.route(method)
	if route == nil {
		return ctx, nil
	}
	verdict := route.Decide(ctx, incoming(ctx, method))
	if fields := metadata.New(verdict.Fields); fields.Len() > 0 {
		if err := grpc.SetHeader(ctx, fields); err != nil {
			return nil, err
		}
	}
	if !verdict.IsAllowed {
		return nil, refusal(&verdict)
	}
	if verdict.Caller == nil {
		return ctx, nil
	}
	return guard.WithCaller(ctx, verdict.Caller), nil
}

// incoming is what a guard reads of a call: the HTTP request that it is made of.
func incoming(ctx context.Context, method string) *guard.Incoming {
	fields, _ := metadata.FromIncomingContext(ctx)
	made := &guard.Incoming{Method: http.MethodPost, Target: method, Scheme: "http", Fields: fields.Get}
	made.Host = strings.Join(fields.Get(":authority"), "")
	if client, isKnown := peer.FromContext(ctx); isKnown {
		if own, isTLS := client.AuthInfo.(credentials.TLSInfo); isTLS {
			made.UseTLS(&own.State)
		}
	}
	return made
}

// refusal is the status for a verdict; why is told where the guard is to debug, and nowhere else.
func refusal(verdict *guard.Verdict) error {
	code, message := codes.Unauthenticated, http.StatusText(verdict.Status)
	switch verdict.Status {
	case http.StatusBadRequest:
		code = codes.InvalidArgument
	case http.StatusForbidden:
		code = codes.PermissionDenied
	case http.StatusServiceUnavailable:
		code = codes.Unavailable
	}
	var told struct{ Rule, Detail string }
	if json.Unmarshal(verdict.Body, &told) == nil {
		message = told.Rule + ": " + told.Detail
	}
	return status.Error(code, message)
}
