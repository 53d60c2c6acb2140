// Chart 929: gRPC behind the validator for Go | interceptors for calls and streams: needs by method and by service, optional and public methods, challenges and nonces as metadata, DPoP, refusals as status codes

package grpcguard_test

import (
	"context"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/grpcguard"
	"credenza.dev/credenza/guard"
)

const (
	audience = "https://api.example"
	check    = "/grpc.health.v1.Health/Check"
	service  = "/grpc.health.v1.Health/"
)

// health answers with the caller in a header field, so that a test sees it.
type health struct {
	grpc_health_v1.UnimplementedHealthServer
}

func callerOf(ctx context.Context) metadata.MD {
	name := "nobody"
	if caller := guard.Caller(ctx); caller != nil {
		name = caller.Subject()
	}
	return metadata.Pairs("caller", name)
}

func (health) Check(ctx context.Context, _ *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	return &grpc_health_v1.HealthCheckResponse{}, grpc.SetHeader(ctx, callerOf(ctx))
}

func (health) Watch(_ *grpc_health_v1.HealthCheckRequest, stream grpc_health_v1.Health_WatchServer) error {
	if err := stream.SetHeader(callerOf(stream.Context())); err != nil {
		return err
	}
	return stream.Send(&grpc_health_v1.HealthCheckResponse{})
}

type served struct {
	issuer *credenzatest.Issuer
	log    *strings.Builder
	client grpc_health_v1.HealthClient
}

func serve(t *testing.T, methods grpcguard.Methods, debug bool) *served {
	t.Helper()
	made := &served{issuer: credenzatest.NewIssuer("https://id.example"), log: &strings.Builder{}}
	validator, err := credenza.New(credenza.Settings{
		Issuer: made.issuer.Name(), Audience: audience, DPoP: &credenza.DPoP{}, Host: made.issuer.Host(),
	})
	if err != nil {
		t.Fatal(err)
	}
	guarded := guard.New(validator)
	guarded.Logger, guarded.Debug = slog.New(slog.NewTextHandler(made.log, nil)), debug
	interceptors := grpcguard.New(guarded, methods)
	server := grpc.NewServer(grpc.UnaryInterceptor(interceptors.Unary), grpc.StreamInterceptor(interceptors.Stream))
	grpc_health_v1.RegisterHealthServer(server, health{})
	if err := interceptors.Verify(server); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	connection, err := grpc.NewClient(listener.Addr().String(),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithAuthority("orders.example"))
	if err != nil {
		t.Fatal(err)
	}
	made.client = grpc_health_v1.NewHealthClient(connection)
	t.Cleanup(func() { _ = connection.Close(); server.Stop(); _ = validator.Close() })
	return made
}

func outgoing(t *testing.T, fields ...string) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return metadata.AppendToOutgoingContext(ctx, fields...)
}

func (served *served) call(t *testing.T, fields ...string) (codes.Code, metadata.MD, string) {
	var header metadata.MD
	_, err := served.client.Check(outgoing(t, fields...), &grpc_health_v1.HealthCheckRequest{}, grpc.Header(&header))
	return status.Code(err), header, status.Convert(err).Message()
}

func (served *served) watch(t *testing.T, fields ...string) (codes.Code, metadata.MD) {
	t.Helper()
	stream, err := served.client.Watch(outgoing(t, fields...), &grpc_health_v1.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = stream.Recv()
	header, _ := stream.Header()
	return status.Code(err), header
}

func field(header metadata.MD, name string) string { return strings.Join(header.Get(name), "|") }

func TestCallsAndStreams(t *testing.T) {
	served := serve(t, grpcguard.Methods{service: grpcguard.Protect(credenza.Scope("orders:read"))}, false)
	good := served.issuer.Bearer(audience, credenzatest.Scope("orders:read"), credenzatest.Subject("alice"))
	foreign := served.issuer.Bearer("https://other.example")
	cases := map[string]struct {
		fields    []string
		code      codes.Code
		challenge string
		caller    string
	}{
		"good":             {[]string{"authorization", good}, codes.OK, "", "alice"},
		"none":             {nil, codes.Unauthenticated, `Bearer scope="orders:read"`, ""},
		"without a scope":  {[]string{"authorization", served.issuer.Bearer(audience)}, codes.PermissionDenied, `error="insufficient_scope"`, ""},
		"another audience": {[]string{"authorization", foreign}, codes.Unauthenticated, `error="invalid_token"`, ""},
		"two":              {[]string{"authorization", good, "authorization", good}, codes.InvalidArgument, `error="invalid_request"`, ""},
	}
	for name, tried := range cases {
		t.Run(name, func(t *testing.T) {
			code, header, message := served.call(t, tried.fields...)
			streamCode, streamHeader := served.watch(t, tried.fields...)
			if code != tried.code || streamCode != tried.code {
				t.Errorf("a call: %s, a stream: %s, wanted %s", code, streamCode, tried.code)
			}
			for _, header := range []metadata.MD{header, streamHeader} {
				if !strings.Contains(field(header, "www-authenticate"), tried.challenge) || field(header, "caller") != tried.caller {
					t.Errorf("found %v", header)
				}
			}
			if strings.Contains(message, ":") {
				t.Errorf("the client is told why: %s", message)
			}
		})
	}
	if log := served.log.String(); !strings.Contains(log, "rule=aud") || strings.Contains(log, foreign[7:]) {
		t.Errorf("the log tells too little or too much: %s", log)
	}
}

func TestRulesOfMethods(t *testing.T) {
	served := serve(t, grpcguard.Methods{service: grpcguard.Public(), check: grpcguard.Optional()}, true)
	if code, header, _ := served.call(t); code != codes.OK || field(header, "caller") != "nobody" {
		t.Errorf("an optional method: %s %v", code, header)
	}
	if code, _, message := served.call(t, "authorization", "Bearer x.y"); code != codes.Unauthenticated || !strings.Contains(message, ": ") {
		t.Errorf("bad credentials of an optional method, to be debugged: %s %s", code, message)
	}
	if code, _ := served.watch(t, "authorization", "Bearer x.y"); code != codes.OK {
		t.Errorf("a public method: %s", code)
	}
	unruled := serve(t, nil, false)
	if code, _, _ := unruled.call(t); code != codes.Unauthenticated {
		t.Errorf("a method without a rule: %s", code)
	}
	if code, _, _ := unruled.call(t, "authorization", unruled.issuer.Bearer(audience)); code != codes.OK {
		t.Errorf("a method without a rule, with a token: %s", code)
	}
	unruled.issuer.SetAway(true)
	away := serve(t, nil, false)
	away.issuer.SetAway(true)
	if code, header, _ := away.call(t, "authorization", away.issuer.Bearer(audience)); code != codes.Unavailable || field(header, "retry-after") != "5" {
		t.Errorf("the issuer is away: %s %v", code, header)
	}
}

func TestAMisspeltMethodIsTold(t *testing.T) {
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, health{})
	for name, isGood := range map[string]bool{check: true, service: true, service + "Chek": false, "/Health/": false} {
		err := grpcguard.New(guard.New(nil), grpcguard.Methods{name: grpcguard.Protect()}).Verify(server)
		if (err == nil) != isGood {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDPoPIsForTheMethodsURL(t *testing.T) {
	served := serve(t, nil, false)
	prover := served.issuer.NewProver()
	token := served.issuer.Token(audience, prover.Bound())
	send := func(url string) codes.Code {
		code, _, _ := served.call(t, "authorization", "DPoP "+token, "dpop", prover.Proof("POST", url, token))
		return code
	}
	if code := send("http://orders.example" + check); code != codes.OK {
		t.Errorf("a good proof: %s", code)
	}
	if code := send("http://orders.example" + service + "Watch"); code != codes.Unauthenticated {
		t.Errorf("a proof for another method: %s", code)
	}
}
