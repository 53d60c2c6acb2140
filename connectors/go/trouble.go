package credenza

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
)

// Cause is why a document of the issuer could not be had, or was of no use.
type Cause string

// The causes.
const (
	// CauseHTTPStatus: the answer has a status other than 200.
	CauseHTTPStatus Cause = "http_status"
	// CauseRedirect: the answer is a redirect: none is followed.
	CauseRedirect Cause = "redirect"
	// CauseHTML: the answer is a page for people.
	CauseHTML Cause = "html"
	// CauseNotJSON: the answer is not JSON.
	CauseNotJSON Cause = "not_json"
	// CauseMalformed: the answer is not the document that was asked for.
	CauseMalformed Cause = "malformed"
	// CauseIssuerMismatch: the metadata are those of another issuer.
	CauseIssuerMismatch Cause = "issuer_mismatch"
	// CauseInsecure: the metadata name an address that is not an https URL.
	CauseInsecure Cause = "insecure"
	// CauseNotOffered: the metadata do not name the endpoint.
	CauseNotOffered Cause = "not_offered"
	// CauseNoKeys: the key set has no key that can be used here.
	CauseNoKeys Cause = "no_keys"
	// CauseUntrusted: the answer is signed, and its signature or its claims are not accepted.
	CauseUntrusted Cause = "untrusted"
	// CauseCooldown: it was asked for a moment ago.
	CauseCooldown Cause = "cooldown"
	// CauseTimeout: it took too long.
	CauseTimeout Cause = "timeout"
	// CauseConnect: no connection, or it broke off.
	CauseConnect Cause = "connect"
	// CauseDNS: the name was not found.
	CauseDNS Cause = "dns"
	// CauseTLS: the certificate is not trusted, or TLS failed otherwise.
	CauseTLS Cause = "tls"
	// CauseTLSName: the certificate is for another name.
	CauseTLSName Cause = "tls_name"
	// CauseTooLarge: the answer is too long.
	CauseTooLarge Cause = "too_large"
	// CauseCancelled: the client gave up by itself. It counts as no attempt.
	CauseCancelled Cause = "cancelled"
	// CauseOther: anything else.
	CauseOther Cause = "other"
)

// Trouble is trouble with one document of the issuer.
type Trouble struct {
	// Cause is the kind of trouble.
	Cause Cause `json:"cause"`
	// URL is what was fetched.
	URL string `json:"url"`
	// Status is that of the answer; 0 without.
	Status int `json:"status,omitempty"`
	// Message is what the client, or the document, says of it.
	Message string `json:"message,omitempty"`
	// Hint is what to do about it, where that can be told.
	Hint string `json:"hint,omitempty"`
}

// String is one line for a log.
func (trouble *Trouble) String() string {
	text := string(trouble.Cause) + " at " + trouble.URL
	if trouble.Status != 0 {
		text += fmt.Sprintf(", status %d", trouble.Status)
	}
	if trouble.Message != "" {
		text += ", " + trouble.Message
	}
	if trouble.Hint != "" {
		text += "; " + trouble.Hint
	}
	return text
}

func troubleOf(cause Cause, url, message string) *Trouble {
	return &Trouble{Cause: cause, URL: printable(url), Message: printable(message)}
}

// after refuses by a rule, because of trouble with the issuer.
func after(rule Rule, trouble *Trouble) *halt { return because(rule, Detail{Trouble: trouble}) }

// causeOf is the cause of an error of the HTTP client.
func causeOf(err error) Cause {
	var named interface{ Cause() Cause }
	var dns *net.DNSError
	var host x509.HostnameError
	var verification *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var operation *net.OpError
	switch {
	case errors.As(err, &named):
		return named.Cause()
	case errors.Is(err, errTooLong):
		return CauseTooLarge
	case errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded):
		return CauseTimeout
	case errors.Is(err, context.Canceled):
		return CauseCancelled
	case errors.As(err, &host):
		return CauseTLSName
	case errors.As(err, &verification) || errors.As(err, &record) || errors.As(err, &authority):
		return CauseTLS
	case errors.As(err, &dns):
		return CauseDNS
	case errors.As(err, &operation):
		return CauseConnect
	default:
		return CauseOther
	}
}

// noDocument is trouble with an answer that is not the JSON that was asked for.
func noDocument(fetch *fetch, answer *response, why string) *Trouble {
	start := strings.TrimLeft(answer.body, " \t\n\r\f")
	isHTML := strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer.contentType)), "text/html")
	cause := CauseNotJSON
	switch {
	case strings.HasPrefix(start, "{"):
		cause = CauseMalformed
	case strings.HasPrefix(start, "<") || isHTML:
		cause = CauseHTML
	}
	return troubleOf(cause, fetch.url, why)
}
