package admin

import (
	"iter"
	"net/http"
)

// Page is a page of a list.
type Page[T any] interface {
	GetItems() []T
	GetNextCursor() string
}

// PagedRequest is a request for a list with pages.
type PagedRequest[R, P any] interface {
	Cursor(cursor string) R
	Execute() (P, *http.Response, error)
}

// All has every item of a list, page by page as they are needed:
//
//	for user, err := range admin.All(client.UsersAPI.ListUsers(ctx).Limit(200)) { … }
//
// An error is the last thing that it has.
func All[R PagedRequest[R, P], P Page[T], T any](request R) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			page, _, err := request.Execute()
			if err != nil {
				var nothing T
				yield(nothing, err)
				return
			}
			for _, item := range page.GetItems() {
				if !yield(item, nil) {
					return
				}
			}
			if page.GetNextCursor() == "" {
				return
			}
			request = request.Cursor(page.GetNextCursor())
		}
	}
}
