package kit

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"credenza.dev/credenza/guard"
	"credenza.dev/credenza/internal/seal"
)

const (
	usualLimit = 50
	maxLimit   = 200
)

// Pages are how lists are given out in parts. A cursor is sealed, and good for the route, the filters and the caller that
// it was given to.
type Pages struct{ sealer *seal.Sealer }

// NewPages makes pages; secrets are of 32 bytes or more, of which the first seals and all open.
func NewPages(secrets ...string) (*Pages, error) {
	sealer, err := seal.New(secrets, "pages")
	if err != nil {
		return nil, err
	}
	return &Pages{sealer}, nil
}

// Page is the part of a list that a request asks for.
type Page struct {
	// Limit is how many items there are at most: 1 to 200, 50 by default.
	Limit int
	// After is what the answer before passed to Write: where this part begins; empty for the beginning.
	After string

	pages   *Pages
	request *http.Request
}

// Read reads limit and cursor of a request; all other parameters are filters. The error is a *Problem with 400.
func (pages *Pages) Read(request *http.Request) (*Page, error) {
	query := request.URL.Query()
	page := &Page{Limit: usualLimit, pages: pages, request: request}
	if given, isThere := query["limit"]; isThere {
		number, err := strconv.Atoi(given[0])
		if err != nil || len(given) != 1 || number < 1 || number > maxLimit {
			return nil, &Problem{
				Name: "invalid_limit", Status: http.StatusBadRequest,
				Detail: "limit has to be a number from 1 to " + strconv.Itoa(maxLimit) + ".",
			}
		}
		page.Limit = number
	}
	if given, isThere := query["cursor"]; isThere {
		after, isOpen := pages.sealer.Open(given[0], page.binding())
		if !isOpen || len(given) != 1 {
			return nil, &Problem{
				Name: "invalid_cursor", Status: http.StatusBadRequest,
				Detail: "cursor has to be the next_cursor of an answer to the same request.",
			}
		}
		page.After = string(after)
	}
	return page, nil
}

// binding is what a cursor is good for.
func (page *Page) binding() string {
	filters := page.request.URL.Query()
	filters.Del("limit")
	filters.Del("cursor")
	issuer, subject := "", ""
	if caller := guard.Caller(page.request.Context()); caller != nil {
		issuer, subject = caller.Issuer(), caller.Subject()
		if subject == "" {
			subject = "client " + caller.ClientID()
		}
	}
	// Four texts are always JSON.
	text, _ := json.Marshal([]string{page.request.URL.Path, filters.Encode(), issuer, subject})
	return string(text)
}

// Write answers with the items of this part. next is where the part behind it begins; empty where there is none.
func (page *Page) Write(writer http.ResponseWriter, items any, next string) error {
	envelope := map[string]any{"items": items, "next_cursor": nil}
	if next != "" {
		cursor := page.pages.sealer.Seal([]byte(next), page.binding())
		envelope["next_cursor"] = cursor
		query := page.request.URL.Query()
		query.Set("cursor", cursor)
		address := url.URL{Path: page.request.URL.Path, RawPath: page.request.URL.RawPath, RawQuery: query.Encode()}
		writer.Header().Set("Link", "<"+address.String()+`>; rel="next"`)
	}
	return WriteJSON(writer, http.StatusOK, envelope)
}
