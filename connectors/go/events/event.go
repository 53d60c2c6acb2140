// Package events takes events in: webhooks of Credenza, and all others that are signed as Standard Webhooks or Svix has it.
// The modules redisstore and natsevents read the same events from a Redis Stream and from NATS JetStream.
package events

import (
	"encoding/json"
	"errors"
	"time"
)

// Event is something that happened. Events may come more than once, and those of different subjects in any order.
type Event struct {
	// ID is the same each time the event comes.
	ID string
	// Type is what happened, such as user.created.
	Type string
	// Subject is what it is about; empty where the sender does not tell.
	Subject string
	// Tenant is the tenant at Credenza; empty for other senders.
	Tenant string
	// Time is when it happened; the zero time where the sender does not tell.
	Time time.Time
	// Data is what the type says of it, as JSON.
	Data json.RawMessage
	// Body is the whole message as it came.
	Body []byte
}

// Read reads an event from JSON: an envelope of CloudEvents, the plain form of Credenza, or an object with type and data.
func Read(body []byte) (*Event, error) {
	var found struct {
		ID          string          `json:"id"`
		Type        string          `json:"type"`
		Subject     string          `json:"subject"`
		CloudTenant string          `json:"tenantid"`
		PlainTenant string          `json:"tenant_id"`
		Time        string          `json:"time"`
		Data        json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &found); err != nil {
		return nil, errors.New("the event is not JSON")
	}
	// A time that is none is as good as no time.
	at, _ := time.Parse(time.RFC3339, found.Time)
	event := &Event{
		ID: found.ID, Type: found.Type, Subject: found.Subject, Tenant: found.CloudTenant, Time: at,
		Data: found.Data, Body: body,
	}
	if event.Tenant == "" {
		event.Tenant = found.PlainTenant
	}
	return event, nil
}
