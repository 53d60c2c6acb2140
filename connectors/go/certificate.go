package credenza

import (
	"crypto/sha256"
	"crypto/x509"

	"credenza.dev/credenza/internal/jose"
)

// CertificateThumbprint is the SHA-256 of a client's certificate as base64url: x5t#S256 (RFC 8705 section 3.1).
func CertificateThumbprint(certificate *x509.Certificate) string {
	hash := sha256.Sum256(certificate.Raw)
	return jose.EncodeBase64URL(hash[:])
}
