package events

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"credenza.dev/credenza"
	"credenza.dev/credenza/kit"
)

const (
	// tolerance is how far the timestamp of a message may be from now, in either direction.
	tolerance = 5 * time.Minute
	// maxMessage is how long a message may be, in bytes.
	maxMessage = 1 << 20
)

// Webhooks verifies messages of Standard Webhooks, with its own names of fields or those of Svix.
type Webhooks struct {
	secrets [][]byte
	keys    []ed25519.PublicKey
	seen    Seen
}

// NewWebhooks verifies by any of the secrets: whsec_… of a shared one (v1, HMAC-SHA256), or whpk_… of a public key (v1a,
// Ed25519). A *credenza.SettingsError tells that one is malformed. seen is where handled messages are remembered; nil
// for memory.
func NewWebhooks(seen Seen, secrets ...string) (*Webhooks, error) {
	made := &Webhooks{seen: seen}
	if seen == nil {
		made.seen = NewSeen()
	}
	for _, secret := range secrets {
		if text, isKey := strings.CutPrefix(secret, "whpk_"); isKey {
			key, err := decode(text)
			if err != nil || len(key) != ed25519.PublicKeySize {
				return nil, &credenza.SettingsError{Setting: "secrets", Reason: "have a whpk_ that is no public key of Ed25519"}
			}
			made.keys = append(made.keys, key)
			continue
		}
		text, isSecret := strings.CutPrefix(secret, "whsec_")
		shared, err := decode(text)
		if !isSecret || err != nil || len(shared) < 16 {
			return nil, &credenza.SettingsError{Setting: "secrets", Reason: "have one that is neither whsec_ nor whpk_ with base64 behind it"}
		}
		made.secrets = append(made.secrets, shared)
	}
	if len(secrets) == 0 {
		return nil, &credenza.SettingsError{Setting: "secrets", Reason: "are missing"}
	}
	return made, nil
}

func decode(text string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
}

// ErrSignature is returned for a message that nobody who knows a secret has sent just now.
var ErrSignature = errors.New("the message is not signed by a known secret, or too old")

// Verify checks the signature of a message, and returns its id. The body has to be as it came.
func (webhooks *Webhooks) Verify(header http.Header, body []byte) (id string, err error) {
	prefix := "Webhook-"
	if len(header.Values("Webhook-Id")) == 0 {
		prefix = "Svix-"
	}
	id, isOne := only(header, prefix+"Id")
	timestamp, isDated := only(header, prefix+"Timestamp")
	signatures, isSigned := only(header, prefix+"Signature")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if !isOne || !isDated || !isSigned || err != nil {
		return "", ErrSignature
	}
	if age := time.Since(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return "", ErrSignature
	}
	signed := append([]byte(id+"."+timestamp+"."), body...)
	for signature := range strings.FieldsSeq(signatures) {
		if webhooks.isSignedBy(signature, signed) {
			return id, nil
		}
	}
	return "", ErrSignature
}

func only(header http.Header, name string) (string, bool) {
	values := header.Values(name)
	return header.Get(name), len(values) == 1 && values[0] != ""
}

func (webhooks *Webhooks) isSignedBy(signature string, signed []byte) bool {
	version, text, _ := strings.Cut(signature, ",")
	octets, err := decode(text)
	if err != nil {
		return false
	}
	switch version {
	case "v1":
		for _, secret := range webhooks.secrets {
			mac := hmac.New(sha256.New, secret)
			mac.Write(signed)
			if hmac.Equal(mac.Sum(nil), octets) {
				return true
			}
		}
	case "v1a":
		for _, key := range webhooks.keys {
			if ed25519.Verify(key, signed, octets) {
				return true
			}
		}
	}
	return false
}

// Receive is a handler for the messages. It answers 204 when handler has done its work, 200 for a message that was handled
// before, and 400 for one that is not signed: nothing of it is read then. After an error of handler it answers 500, so
// that the message comes again.
func (webhooks *Webhooks) Receive(handler Handler) http.Handler {
	return kit.BodyLimit(maxMessage)(kit.Handler(func(writer http.ResponseWriter, request *http.Request) error {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return err
		}
		id, err := webhooks.Verify(request.Header, body)
		if err != nil {
			return &kit.Problem{Name: "invalid_signature", Status: http.StatusBadRequest}
		}
		event, err := Read(body)
		if err != nil {
			return &kit.Problem{Name: "invalid_json", Status: http.StatusBadRequest}
		}
		event.ID = id
		progress, err := Handle(request.Context(), webhooks.seen, event, handler)
		switch {
		case err != nil:
			kit.Logger(request.Context()).LogAttrs(request.Context(), slog.LevelError, "a webhook was not handled",
				slog.String("webhook_id", id), slog.String("type", event.Type), slog.String("cause", err.Error()))
			return &kit.Problem{Name: "not_handled", Status: http.StatusInternalServerError}
		case progress == UnderWay:
			// The other may fail yet: the sender has to come again.
			return &kit.Problem{Name: "under_way", Status: http.StatusConflict, Fields: map[string]string{"Retry-After": "5"}}
		case progress == Done:
			writer.WriteHeader(http.StatusOK)
		default:
			writer.WriteHeader(http.StatusNoContent)
		}
		return nil
	}))
}
