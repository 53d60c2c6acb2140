// Command grpc is an example for gRPC: a server whose health service stands for any other.
//
//	credenza dev                                        # in another terminal; prints its issuer
//	ISSUER=http://localhost:8080 go run ./grpc
package main

import (
	"context"
	"log"
	"log/slog"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"

	"credenza.dev/credenza"
	"credenza.dev/credenza/examples/settings"
	"credenza.dev/credenza/grpcguard"
	"credenza.dev/credenza/guard"
)

func main() { log.Fatal(run()) }

func run() error {
	own := settings.Read()
	guarded, err := own.Guard()
	if err != nil {
		return err
	}
	methods := grpcguard.New(guarded, grpcguard.Methods{
		"/grpc.health.v1.Health/":     grpcguard.Protect(credenza.Scope("orders:read")),
		"/grpc.health.v1.Health/List": grpcguard.Public(),
	})
	server := grpc.NewServer(grpc.UnaryInterceptor(methods.Unary), grpc.StreamInterceptor(methods.Stream))
	grpc_health_v1.RegisterHealthServer(server, health{})
	if err := methods.Verify(server); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", own.Listen)
	if err != nil {
		return err
	}
	return server.Serve(listener)
}

type health struct {
	grpc_health_v1.UnimplementedHealthServer
}

// Check tells the log who asks.
func (health) Check(
	ctx context.Context, _ *grpc_health_v1.HealthCheckRequest,
) (*grpc_health_v1.HealthCheckResponse, error) {
	slog.Info(settings.Greeting(guard.Caller(ctx)))
	return &grpc_health_v1.HealthCheckResponse{Status: grpc_health_v1.HealthCheckResponse_SERVING}, nil
}
