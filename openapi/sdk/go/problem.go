package admin

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// AsProblem finds what a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the
// API: that of a proxy, for instance.
func AsProblem(err error) (*Problem, bool) {
	var refused *GenericOpenAPIError
	if !errors.As(err, &refused) {
		return nil, false
	}
	problem := &Problem{}
	if json.Unmarshal(refused.Body(), problem) != nil || problem.Type == "" {
		return nil, false
	}
	return problem, true
}

// Kind is the last part of the problem's type, such as not-found: what a program compares.
func (p *Problem) Kind() string {
	return p.Type[strings.LastIndexByte(p.Type, '/')+1:]
}

// IsNotFound says whether a call was refused because there is no such thing.
func IsNotFound(err error) bool { return hasStatus(err, http.StatusNotFound) }

// IsPreconditionFailed says whether a change was refused because somebody else has made one since the version was read.
func IsPreconditionFailed(err error) bool { return hasStatus(err, http.StatusPreconditionFailed) }

// IsConflict says whether a creation was refused because another thing has that name or id.
func IsConflict(err error) bool { return hasStatus(err, http.StatusConflict) }

func hasStatus(err error, status int32) bool {
	problem, ok := AsProblem(err)
	return ok && problem.Status == status
}
