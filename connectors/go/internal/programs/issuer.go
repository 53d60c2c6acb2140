package programs

import (
	"net/http/httptest"
	"testing"

	"credenza.dev/credenza/credenzatest"
)

// Issuer serves an issuer over HTTP until the test ends.
func Issuer(t *testing.T) *credenzatest.Issuer {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	issuer := credenzatest.NewIssuer("http://" + server.Listener.Addr().String())
	server.Config.Handler = issuer
	server.Start()
	t.Cleanup(server.Close)
	return issuer
}
