package guard

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// MetadataPath is where clients look for the metadata of a resource without a path (RFC 9728 section 3).
const MetadataPath = "/.well-known/oauth-protected-resource"

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
	// Documentation is the URL of a page for developers.
	Documentation string `json:"resource_documentation,omitempty"`
	// Policy is the URL of a page about what clients may do with the data.
	Policy string `json:"resource_policy_uri,omitempty"`
	// TermsOfService is the URL of the terms of service.
	TermsOfService string `json:"resource_tos_uri,omitempty"`
	// DPoPAlgorithms are the algorithms of DPoP proofs.
	DPoPAlgorithms []string `json:"dpop_signing_alg_values_supported,omitempty"`
	// DPoPRequired tells whether bearer tokens are refused.
	DPoPRequired bool `json:"dpop_bound_access_tokens_required,omitempty"`
}

// Metadata is a handler that serves the document, completed by what the settings of the validator say: issuers and DPoP.
// It stands at Metadata.Path.
func (guard *Guard) Metadata(document Metadata) http.Handler {
	if guard.Validator == nil {
		return document
	}
	described := guard.Validator.Describe()
	if document.AuthorizationServers == nil {
		document.AuthorizationServers = described.Issuers
	}
	if document.DPoPAlgorithms == nil {
		document.DPoPAlgorithms = described.DPoPAlgorithms
	}
	document.DPoPRequired = document.DPoPRequired || described.DPoPRequired
	return document
}

// Path is where clients look for the document: the path of the resource comes behind the well-known one (section 3.1).
func (metadata Metadata) Path() string {
	resource, err := url.Parse(metadata.Resource)
	if err != nil {
		return MetadataPath
	}
	return MetadataPath + strings.TrimSuffix(resource.EscapedPath(), "/")
}

// ServeHTTP serves the document. Anybody may read it, in a browser too.
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
