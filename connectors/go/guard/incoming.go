package guard

import (
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"

	"credenza.dev/credenza"
)

// Incoming is what a guard reads of a request, whatever the framework.
type Incoming struct {
	// Method is the method, as in GET.
	Method string
	// Scheme is "https" or "http", as the connection is.
	Scheme string
	// Host is the Host field.
	Host string
	// Target is path and query as the client sent them, also where a router has taken a prefix of the path away.
	Target string
	// Fields are all fields of a name, in order; nil for none.
	Fields func(name string) []string
	// Certificate is the thumbprint of the client's certificate in this connection; empty without one.
	Certificate string
}

// FromHTTP is what a guard reads of a request of net/http.
func FromHTTP(request *http.Request) *Incoming {
	incoming := &Incoming{
		Method: request.Method, Host: request.Host, Target: Target(request.RequestURI),
		Fields: request.Header.Values,
	}
	if incoming.Target == "" {
		// A request that did not come over the network.
		incoming.Target = request.URL.RequestURI()
	}
	incoming.UseTLS(request.TLS)
	return incoming
}

// UseTLS takes scheme and certificate from the connection; nil for one without TLS.
func (incoming *Incoming) UseTLS(state *tls.ConnectionState) {
	incoming.Scheme = "http"
	if state == nil {
		return
	}
	incoming.Scheme = "https"
	if len(state.PeerCertificates) > 0 {
		incoming.Certificate = credenza.CertificateThumbprint(state.PeerCertificates[0])
	}
}

// Target is path and query of a request target in the origin form or the absolute form (RFC 9112 section 3.2); empty for
// another form.
func Target(target string) string {
	if strings.HasPrefix(target, "/") {
		return target
	}
	if absolute, err := url.Parse(target); err == nil && absolute.IsAbs() {
		return absolute.RequestURI()
	}
	return ""
}

// Path is the path as the client sent it, without the query.
func (incoming *Incoming) Path() string {
	path, _, _ := strings.Cut(incoming.Target, "?")
	return path
}

// request is what the validator reads.
func (guard *Guard) request(incoming *Incoming) credenza.Request {
	read := credenza.Request{
		Authorization: incoming.Fields("Authorization"),
		DPoP:          incoming.Fields("DPoP"),
		Method:        incoming.Method,
	}
	if len(read.DPoP) > 0 {
		origin := strings.TrimSuffix(guard.Origin, "/")
		if origin == "" {
			origin = incoming.Scheme + "://" + incoming.Host
		}
		read.URL = origin + incoming.Target
	}
	certificate := incoming.Certificate
	if guard.Certificate != nil {
		certificate = guard.Certificate(incoming)
	}
	if certificate != "" {
		read.CertificateThumbprint = &certificate
	}
	return read
}
