package jose

import (
	"encoding/base64"
	"errors"
	"strings"
)

// ErrBase64URL is returned for text that is not the canonical base64url form of any bytes.
var ErrBase64URL = errors.New("not base64url")

var strictBase64URL = base64.RawURLEncoding.Strict()

// EncodeBase64URL writes bytes as base64url (RFC 7515 section 2).
func EncodeBase64URL(octets []byte) string { return base64.RawURLEncoding.EncodeToString(octets) }

// DecodeBase64URL reads base64url. Each value has exactly one accepted text: padding, white space and leftover bits
// that are not zero are refused.
func DecodeBase64URL(text string) ([]byte, error) {
	// The decoder of the standard library skips line ends.
	if strings.ContainsAny(text, "\r\n") {
		return nil, ErrBase64URL
	}
	octets, err := strictBase64URL.DecodeString(text)
	if err != nil {
		return nil, ErrBase64URL
	}
	return octets, nil
}
