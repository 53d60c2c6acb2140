package settings

import (
	"errors"
	"math"
	"net/http"
	"os"
	"strconv"

	"credenza.dev/credenza/kit"
	"credenza.dev/credenza/service"
)

// Machine calls a service as this client.
func (made *Kit) CallMachine(writer http.ResponseWriter, request *http.Request) error {
	return made.call(writer, request, made.Machine, "/machine")
}

// CallBehalf calls a service with the token of the caller.
func (made *Kit) CallBehalf(writer http.ResponseWriter, request *http.Request) error {
	target, err := made.Client.OnBehalf(request, os.Getenv("SERVICE_URL"))
	if err != nil {
		return err
	}
	return made.call(writer, request, target, "/behalf")
}

func (made *Kit) call(writer http.ResponseWriter, request *http.Request, target *service.Target, path string) error {
	sent, err := http.NewRequestWithContext(request.Context(), http.MethodGet, os.Getenv("SERVICE_URL")+path, nil)
	if err != nil {
		return err
	}
	answer, err := target.Do(sent)
	if err != nil {
		return asProblem(err)
	}
	if err := service.CheckAnswer(answer); err != nil {
		if errors.Is(err, service.ErrRefused) {
			return &kit.Problem{Name: "refused_by_service", Status: http.StatusBadGateway}
		}
		return asProblem(err)
	}
	return copyAnswer(writer, answer)
}

// CreateUser makes a user.
func (made *Kit) CreateUser(writer http.ResponseWriter, request *http.Request) error {
	var asked service.NewUser
	if err := kit.ReadJSON(request, &asked); err != nil {
		return err
	}
	user, err := made.Users.Create(request.Context(), asked)
	if err != nil {
		return asProblem(err)
	}
	return kit.WriteJSON(writer, http.StatusCreated, user)
}

// FindUser finds a user by name.
func (made *Kit) FindUser(writer http.ResponseWriter, request *http.Request) error {
	user, err := made.Users.Find(request.Context(), request.URL.Query().Get("username"))
	switch {
	case errors.Is(err, service.ErrNotFound):
		return kit.WriteJSON(writer, http.StatusOK, map[string]any{"items": []any{}})
	case err != nil:
		return asProblem(err)
	}
	return kit.WriteJSON(writer, http.StatusOK, map[string]any{"items": []*service.User{user}})
}

// GetUser gets a user by id.
func (made *Kit) GetUser(writer http.ResponseWriter, request *http.Request) error {
	return answerUser(writer)(made.Users.Get(request.Context(), request.PathValue("id")))
}

// DisableUser disables a user.
func (made *Kit) DisableUser(writer http.ResponseWriter, request *http.Request) error {
	return answerUser(writer)(made.Users.Disable(request.Context(), request.PathValue("id")))
}

// EnableUser enables a user.
func (made *Kit) EnableUser(writer http.ResponseWriter, request *http.Request) error {
	return answerUser(writer)(made.Users.Enable(request.Context(), request.PathValue("id")))
}

// DeleteUser deletes a user.
func (made *Kit) DeleteUser(writer http.ResponseWriter, request *http.Request) error {
	if err := made.Users.Delete(request.Context(), request.PathValue("id")); err != nil {
		return asProblem(err)
	}
	writer.WriteHeader(http.StatusNoContent)
	return nil
}

func answerUser(writer http.ResponseWriter) func(*service.User, error) error {
	return func(user *service.User, err error) error {
		if err != nil {
			return asProblem(err)
		}
		return kit.WriteJSON(writer, http.StatusOK, user)
	}
}

// asProblem is what this application makes of errors of others.
func asProblem(err error) error {
	var failed *service.Error
	if !errors.As(err, &failed) {
		return err
	}
	after := strconv.Itoa(max(1, int(math.Ceil(failed.RetryAfter.Seconds()))))
	switch failed.Kind {
	case service.ErrUserAlreadyExists:
		return &kit.Problem{Name: "user_exists", Status: http.StatusConflict}
	case service.ErrConflict:
		return &kit.Problem{Name: "conflict", Status: http.StatusConflict}
	case service.ErrNotFound:
		return &kit.Problem{Name: "not_found", Status: http.StatusNotFound}
	case service.ErrRateLimited:
		return &kit.Problem{Name: "rate_limited", Status: http.StatusTooManyRequests, Fields: map[string]string{"Retry-After": after}}
	case service.ErrRefused:
		return &kit.Problem{Name: "refused", Status: http.StatusForbidden}
	case service.ErrInvalid:
		return &kit.Problem{Name: "invalid", Status: http.StatusBadRequest, Detail: failed.Detail}
	default:
		return &kit.Problem{Name: "unavailable", Status: http.StatusServiceUnavailable, Fields: map[string]string{"Retry-After": after}}
	}
}
