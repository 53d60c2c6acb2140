package guard

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"

	"credenza.dev/credenza"
)

// refusal is the answer to a request that the validator refuses.
func (guard *Guard) refusal(denied *credenza.Denied) Verdict {
	verdict := Verdict{Status: denied.Status, Denied: denied, Fields: map[string]string{"Cache-Control": "no-store"}}
	if denied.Status == http.StatusServiceUnavailable {
		verdict.Fields = unavailable().Fields
	}
	if denied.Challenge != "" {
		verdict.Fields["WWW-Authenticate"] = denied.Challenge
	}
	if denied.DPoPNonce != "" {
		verdict.Fields["DPoP-Nonce"] = denied.DPoPNonce
	}
	if guard.Debug {
		verdict.Fields["Content-Type"] = "application/json"
		// Two texts are always JSON.
		verdict.Body, _ = json.Marshal(map[string]string{"rule": string(denied.Rule), "detail": denied.Detail.Reason})
	}
	return verdict
}

// log tells why a request is refused: what the token says of itself, and neither the token nor the query of the URL.
func (guard *Guard) log(ctx context.Context, incoming *Incoming, denied *credenza.Denied) {
	logger := guard.Logger
	if logger == nil {
		logger = slog.Default()
	}
	detail := denied.Detail
	fields := []slog.Attr{
		slog.String("rule", string(denied.Rule)), slog.Int("status", denied.Status),
		slog.String("method", incoming.Method), slog.String("path", incoming.Path()),
		slog.String("reason", detail.Reason),
	}
	for name, text := range map[string]string{"kid": detail.Kid, "iss": detail.Iss} {
		if text != "" {
			fields = append(fields, slog.String(name, text))
		}
	}
	if len(detail.Aud) > 0 {
		fields = append(fields, slog.Any("aud", detail.Aud))
	}
	if detail.Exp != nil {
		fields = append(fields, slog.Int64("exp", *detail.Exp))
	}
	logger.LogAttrs(ctx, slog.LevelInfo, "credenza: refused", fields...)
}

// unknownIssuer refuses a request for which there is no validator.
func unknownIssuer(hasCredentials bool) *credenza.Denied {
	denied := &credenza.Denied{
		Status: http.StatusUnauthorized, Rule: credenza.RuleTokenMissing, Challenge: "Bearer",
		Detail: credenza.Detail{Reason: "no issuer is trusted for this request"},
	}
	if hasCredentials {
		meaning := credenza.RuleIss.Meaning()
		denied.Rule, denied.Code = credenza.RuleIss, meaning.Error
		denied.Challenge += ` error="` + meaning.Error + `", error_description="` + meaning.Description + `"`
	}
	return denied
}
