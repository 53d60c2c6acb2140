package guard

import (
	"net/http"
	"net/url"
	"strings"

	"credenza.dev/credenza"
)

// request is what the validator reads of a request.
func (guard *Guard) request(request *http.Request) credenza.Request {
	read := credenza.Request{
		Authorization: request.Header.Values("Authorization"),
		DPoP:          request.Header.Values("DPoP"),
		Method:        request.Method,
	}
	if len(read.DPoP) > 0 {
		read.URL = guard.url(request)
	}
	switch {
	case guard.Certificate != nil:
		read.CertificateThumbprint = guard.Certificate(request)
	case request.TLS != nil && len(request.TLS.PeerCertificates) > 0:
		read.CertificateThumbprint = credenza.CertificateThumbprint(request.TLS.PeerCertificates[0])
	}
	return read
}

// url is the URL as the client asked for it: as it came, also where a router has taken a prefix of the path away.
func (guard *Guard) url(request *http.Request) string {
	target := request.RequestURI
	if !strings.HasPrefix(target, "/") {
		// The absolute form (RFC 9112 section 3.2.2), or a request that did not come over the network.
		target = request.URL.RequestURI()
		if absolute, err := url.Parse(request.RequestURI); err == nil && absolute.IsAbs() {
			target = absolute.RequestURI()
		}
	}
	if guard.Origin != "" {
		return strings.TrimSuffix(guard.Origin, "/") + target
	}
	scheme := "http"
	if request.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + request.Host + target
}
