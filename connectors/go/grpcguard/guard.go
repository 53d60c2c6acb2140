// Package grpcguard puts a guard in front of the methods of a gRPC server.
//
//	methods := grpcguard.New(guard.New(validator), grpcguard.Methods{
//		"/orders.v1.Orders/":           grpcguard.Protect(credenza.Scope("orders:read")),
//		"/orders.v1.Orders/Delete":     grpcguard.Protect(credenza.Scope("orders:write")),
//		"/grpc.health.v1.Health/Check": grpcguard.Public(),
//	})
//	server := grpc.NewServer(grpc.UnaryInterceptor(methods.Unary), grpc.StreamInterceptor(methods.Stream))
//
// The token is sent as the metadata field authorization, as it is over HTTP, and a DPoP proof as dpop, for the method POST
// and the URL of the gRPC method.
package grpcguard

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Rule is what is asked of the calls of a method.
type Rule struct {
	needs                []credenza.Need
	isOptional, isPublic bool
}

// Protect lets calls through that fulfil the needs.
func Protect(needs ...credenza.Need) Rule { return Rule{needs: needs} }

// Optional is Protect that lets calls without credentials through too; their guard.Caller is nil. Bad credentials are
// refused.
func Optional(needs ...credenza.Need) Rule { return Rule{needs: needs, isOptional: true} }

// Public lets every call through, and reads no credentials.
func Public() Rule { return Rule{isPublic: true} }

// Methods are rules by the full name of a method, as in "/package.Service/Method", or of all methods of a service, as in
// "/package.Service/". The longer name wins. A method that has no rule needs a good token.
type Methods map[string]Rule

// Guard has the interceptors of a server, Unary and Stream. Handlers find the caller by guard.Caller.
type Guard struct {
	routes map[string]*guard.Route // nil for a public method
	others *guard.Route
}

// New makes the interceptors.
func New(guarded *guard.Guard, methods Methods) *Guard {
	made := &Guard{routes: map[string]*guard.Route{}, others: guarded.Route()}
	for name, rule := range methods {
		switch {
		case rule.isPublic:
			made.routes[name] = nil
		case rule.isOptional:
			made.routes[name] = guarded.OptionalRoute(rule.needs...)
		default:
			made.routes[name] = guarded.Route(rule.needs...)
		}
	}
	return made
}

// Verify tells whether each rule is about a method, or a service, that the server has: a misspelt name would leave a
// method with less than was meant. It is called once the services are registered.
func (own *Guard) Verify(server *grpc.Server) error {
	known := map[string]bool{}
	for service, info := range server.GetServiceInfo() {
		known["/"+service+"/"] = true
		for _, method := range info.Methods {
			known["/"+service+"/"+method.Name] = true
		}
	}
	for name := range own.routes {
		if !known[name] {
			return fmt.Errorf("grpcguard: the server has no method or service %q", name)
		}
	}
	return nil
}

// Unary is a grpc.UnaryServerInterceptor.
func (own *Guard) Unary(
	ctx context.Context, message any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler,
) (any, error) {
	admitted, err := own.admit(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	return handler(admitted, message)
}

// Stream is a grpc.StreamServerInterceptor: a stream is checked before its first message.
func (own *Guard) Stream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	admitted, err := own.admit(stream.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	return handler(server, &callersStream{stream, admitted})
}

// callersStream is a stream with the caller in its context.
type callersStream struct {
	grpc.ServerStream
	ctx context.Context
}

// Context has the caller in it.
func (stream *callersStream) Context() context.Context { return stream.ctx }

func (own *Guard) route(method string) *guard.Route {
	if route, found := own.routes[method]; found {
		return route
	}
	service := method[:strings.LastIndexByte(method, '/')+1]
	if route, found := own.routes[service]; found {
		return route
	}
	return own.others
}
