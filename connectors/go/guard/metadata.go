package guard

import (
	"encoding/json"
	"net/http"
)

// Metadata describes a protected resource to clients (RFC 9728 section 2).
type Metadata struct {
	// Resource is the resource: its URL, which is the audience of its tokens too.
	Resource string `json:"resource"`
	// AuthorizationServers are the issuers that are trusted.
	AuthorizationServers []string `json:"authorization_servers,omitempty"`
	// Scopes are those that routes ask for.
	Scopes []string `json:"scopes_supported,omitempty"`
	// BearerMethods is where tokens are sent; the guard reads the header alone, which is the default.
	BearerMethods []string `json:"bearer_methods_supported,omitempty"`
	// Name is shown to people.
	Name string `json:"resource_name,omitempty"`
	// DPoPRequired tells whether bearer tokens are refused.
	DPoPRequired bool `json:"dpop_bound_access_tokens_required,omitempty"`
}

// ServeHTTP serves the document: at /.well-known/oauth-protected-resource, followed by the path of the resource, if it
// has one (section 3.1). Anybody may read it, in a browser too.
func (metadata Metadata) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	header := writer.Header()
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		header.Set("Allow", "GET, HEAD")
		writer.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	if metadata.BearerMethods == nil {
		metadata.BearerMethods = []string{"header"}
	}
	header.Set("Content-Type", "application/json")
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cache-Control", "public, max-age=3600")
	_ = json.NewEncoder(writer).Encode(metadata)
}
