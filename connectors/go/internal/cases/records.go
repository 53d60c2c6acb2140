package cases

import (
	"context"
	"log/slog"
	"sync"
)

// records keeps what is logged.
type records struct {
	mutex sync.Mutex
	kept  []map[string]any
}

// Enabled is as slog.Handler wants it.
func (*records) Enabled(context.Context, slog.Level) bool { return true }

// Handle keeps a record, as its attributes, with the level among them.
func (own *records) Handle(_ context.Context, record slog.Record) error {
	kept := map[string]any{"level": record.Level.String(), "message": record.Message}
	record.Attrs(func(attr slog.Attr) bool {
		kept[attr.Key] = attr.Value.Any()
		return true
	})
	own.mutex.Lock()
	defer own.mutex.Unlock()
	own.kept = append(own.kept, kept)
	return nil
}

// WithAttrs is as slog.Handler wants it; the guard adds none.
func (own *records) WithAttrs([]slog.Attr) slog.Handler { return own }

// WithGroup is as slog.Handler wants it; the guard opens none.
func (own *records) WithGroup(string) slog.Handler { return own }

// take returns what was logged since.
func (own *records) take() []map[string]any {
	own.mutex.Lock()
	defer own.mutex.Unlock()
	kept := own.kept
	own.kept = nil
	return kept
}
