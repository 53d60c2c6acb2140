// Chart 932: Quick starts and examples for Go | those of Gin, Echo, Fiber and gRPC are built as printed, and the examples of each framework started and called

package examples_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/internal/programs"
)

// sources are files or packages by what they are.
func sources(t *testing.T) map[string]string {
	found := map[string]string{}
	for _, name := range []string{"gin", "echo", "fiber", "grpc"} {
		found[name+", quick start"] = programs.Printed(t, "../"+name+"guard/README.md")
	}
	for _, name := range []string{"api", "chi", "gin", "echo", "fiber", "grpc"} {
		found[name+", example"] = "./" + name
	}
	return found
}

func TestProgramsRunAsPrinted(t *testing.T) {
	issuer := programs.Issuer(t)
	for name, source := range sources(t) {
		t.Run(name, func(t *testing.T) {
			address := programs.Start(t, programs.Build(t, source), issuer.Name())
			if name[:4] == "grpc" {
				greetsByGRPC(t, address, issuer)
				return
			}
			programs.Greets(t, address, issuer)
		})
	}
}

func greetsByGRPC(t *testing.T, address string, issuer *credenzatest.Issuer) {
	t.Helper()
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	client := grpc_health_v1.NewHealthClient(connection)
	check := func(fields ...string) codes.Code {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		ctx = metadata.AppendToOutgoingContext(ctx, fields...)
		_, err := client.Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		return status.Code(err)
	}
	good := issuer.Bearer("https://api.example", credenzatest.Scope("orders:read"))
	if code := check("authorization", good); code != codes.OK {
		t.Errorf("with a token: %s", code)
	}
	if code := check(); code != codes.Unauthenticated {
		t.Errorf("without a token: %s", code)
	}
	if code := check("authorization", issuer.Bearer("https://api.example")); code != codes.PermissionDenied {
		t.Errorf("without the scope: %s", code)
	}
}
