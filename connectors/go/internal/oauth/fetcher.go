package oauth

import (
	"bytes"
	"io"
	"net/http"
)

// Fetcher is an HTTP client for a validator of the same provider: it fetches the keys, and is given the metadata that are
// known already, so that they are fetched once for both.
func (provider *Provider) Fetcher() *http.Client {
	own := *provider.http
	own.Transport = &fetcher{provider, own.Transport}
	return &own
}

type fetcher struct {
	provider *Provider
	next     http.RoundTripper
}

// RoundTrip answers requests for the metadata, and passes on all others.
func (fetcher *fetcher) RoundTrip(request *http.Request) (*http.Response, error) {
	provider := fetcher.provider
	if request.Method != http.MethodGet || request.URL.String() != provider.discoveryURL() {
		return fetcher.next.RoundTrip(request)
	}
	if _, err := provider.Metadata(request.Context()); err != nil {
		return nil, err
	}
	provider.mutex.Lock()
	document := provider.document
	provider.mutex.Unlock()
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(document)),
		ContentLength: int64(len(document)), Request: request,
	}, nil
}
