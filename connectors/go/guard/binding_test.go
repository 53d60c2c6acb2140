// Chart 891

package guard_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/credenzatest"
	"credenza.dev/credenza/guard"
)

func encoded(octets []byte) string { return base64.RawURLEncoding.EncodeToString(octets) }

func TestDPoPIsComparedWithTheURLThatTheClientSees(t *testing.T) {
	served := serve(t, func(settings *credenza.Settings) { settings.DPoP = &credenza.DPoP{} })
	prover := served.issuer.NewProver()
	token := served.issuer.Token(audience, credenzatest.Scope("orders:read"), prover.Bound())
	send := func(path, method, url string) int {
		proof := prover.Proof(method, url, token)
		return served.send(t, "GET", path, "Authorization", "DPoP "+token, "DPoP", proof).status
	}
	if status := send("/orders?page=2", "GET", served.URL+"/orders"); status != 200 {
		t.Errorf("a good proof: %d", status)
	}
	if status := send("/sub/x", "GET", served.URL+"/sub/x"); status != 200 {
		t.Errorf("a mounted handler: %d", status)
	}
	if status := send("/orders", "POST", served.URL+"/orders"); status != 401 {
		t.Errorf("another method: %d", status)
	}
	if status := send("/orders", "GET", served.URL+"/optional"); status != 401 {
		t.Errorf("another URL: %d", status)
	}
	replayed := prover.Proof("GET", served.URL+"/orders", token)
	for _, wanted := range []int{200, 401} {
		found := served.send(t, "GET", "/orders", "Authorization", "DPoP "+token, "DPoP", replayed)
		if found.status != wanted {
			t.Errorf("a proof sent twice: %d, wanted %d", found.status, wanted)
		}
	}
	if found := served.send(t, "GET", "/orders", "Authorization", "Bearer "+token); found.status != 401 {
		t.Errorf("as a bearer token: %d", found.status)
	}
	served.guard.Origin = "https://api.example/v1"
	if status := send("/orders", "GET", "https://api.example/v1/orders"); status != 200 {
		t.Errorf("behind a proxy: %d", status)
	}
	if status := send("/orders", "GET", served.URL+"/orders"); status != 401 {
		t.Errorf("past the proxy: %d", status)
	}
}

// certificate makes a self-signed one.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func TestATokenIsBoundToTheCertificateOfTheConnection(t *testing.T) {
	issuer := credenzatest.NewIssuer("https://id.example")
	validator, err := credenza.New(credenza.Settings{Issuer: issuer.Name(), Audience: audience, Host: issuer.Host()})
	if err != nil {
		t.Fatal(err)
	}
	defer validator.Close()
	server := httptest.NewUnstartedServer(guard.New(validator).Protect(http.NotFoundHandler()))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	own, another := certificate(t), certificate(t)
	hash := sha256.Sum256(own.Certificate[0])
	token := issuer.Bearer(audience, credenzatest.Claim("cnf", map[string]string{"x5t#S256": encoded(hash[:])}))
	for wanted, presented := range map[int]tls.Certificate{404: own, 401: another} {
		transport := &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs: x509.NewCertPool(), Certificates: []tls.Certificate{presented},
		}}
		transport.TLSClientConfig.RootCAs.AddCert(server.Certificate())
		request, err := http.NewRequest(http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		response, err := (&http.Client{Transport: transport}).Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		transport.CloseIdleConnections()
		if response.StatusCode != wanted {
			t.Errorf("found %d, wanted %d", response.StatusCode, wanted)
		}
	}
}

func TestACertificateMayComeFromAProxy(t *testing.T) {
	served := serve(t, nil)
	served.guard.Certificate = func(incoming *guard.Incoming) string {
		return strings.Join(incoming.Fields("X-Client-Cert-SHA256"), ",")
	}
	bound := credenzatest.Claim("cnf", map[string]string{"x5t#S256": "cmlnaHQ"})
	token := served.issuer.Bearer(audience, credenzatest.Scope("orders:read"), bound)
	for presented, wanted := range map[string]int{"cmlnaHQ": 200, "d3Jvbmc": 401} {
		found := served.send(t, "GET", "/orders", "Authorization", token, "X-Client-Cert-SHA256", presented)
		if found.status != wanted {
			t.Errorf("%s: %d", presented, found.status)
		}
	}
	found := served.send(t, "GET", "/orders", "Authorization", token)
	if found.status != 401 || !strings.Contains(served.log.String(), "certificate_missing") {
		t.Errorf("without one: %d", found.status)
	}
}
