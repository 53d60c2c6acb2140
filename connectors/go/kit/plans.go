package kit

import (
	"context"
	"net/http"
	"slices"

	"credenza.dev/credenza/guard"
)

// Plans are gates by the plan that is paid for.
type Plans struct {
	// UpgradeURL is where a caller gets another plan.
	UpgradeURL string
}

// Require answers callers of another plan with 403, and tells where to get one. It stands behind the guard.
func (plans Plans) Require(wanted ...string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			plan := planOf(request.Context())
			if plan != "" && slices.Contains(wanted, plan) {
				next.ServeHTTP(writer, request)
				return
			}
			plans.upgrade("plan_required", map[string]any{"plan": orNull(plan), "plans": wanted}).Write(writer, request)
		})
	}
}

// upgrade is a refusal that another plan would not bring.
func (plans Plans) upgrade(name string, extras map[string]any) *Problem {
	problem := &Problem{Name: name, Status: http.StatusForbidden, Extras: extras}
	if plans.UpgradeURL != "" {
		extras["upgrade_url"] = plans.UpgradeURL
		problem.Fields = map[string]string{"Link": "<" + plans.UpgradeURL + `>; rel="payment"`}
	}
	return problem
}

func planOf(ctx context.Context) string {
	if caller := guard.Caller(ctx); caller != nil {
		return caller.Plan()
	}
	return ""
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
