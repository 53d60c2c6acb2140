package credenza

// Request is the part of an HTTP request that a check reads. Fields are given as received, every line of them.
type Request struct {
	// Authorization is every Authorization field.
	Authorization []string
	// DPoP is every DPoP field.
	DPoP []string
	// Method is the method, as in GET.
	Method string
	// URL is the absolute URL that the client asked for, as it is seen from outside: the origin of this service, and the
	// request target as it came, also one in absolute form (RFC 9112 section 3.2.2).
	URL string
	// CertificateThumbprint is the SHA-256 of the client's TLS certificate as base64url (RFC 8705 section 3.1), see
	// CertificateThumbprint; nil without one.
	CertificateThumbprint *string
}

// Bearer is a request of which nothing but the Authorization field matters.
func Bearer(authorization ...string) Request { return Request{Authorization: authorization} }
