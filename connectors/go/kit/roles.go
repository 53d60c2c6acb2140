package kit

import (
	"net/http"
	"slices"

	"credenza.dev/credenza"
	"credenza.dev/credenza/guard"
)

// Roles are the permissions of each role. "*" is every permission.
type Roles map[string][]string

// Permits tells whether a caller has a permission: by one of its roles, or in its token. Nobody has none.
func (roles Roles) Permits(caller *credenza.Claims, permission string) bool {
	if caller == nil || permission == "" {
		return false
	}
	if slices.Contains(caller.Permissions(), permission) {
		return true
	}
	return slices.ContainsFunc(caller.Roles(), func(role string) bool {
		return slices.ContainsFunc(roles[role], func(own string) bool { return own == permission || own == "*" })
	})
}

// Require answers callers without the permission with 403. It stands behind the guard.
func (roles Roles) Require(permission string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			if roles.Permits(guard.Caller(request.Context()), permission) {
				next.ServeHTTP(writer, request)
				return
			}
			(&Problem{
				Name: "permission_missing", Status: http.StatusForbidden,
				Extras: map[string]any{"permission": permission},
			}).Write(writer, request)
		})
	}
}
