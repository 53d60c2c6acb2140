// Package login signs people in with an OpenID provider: sessions in sealed cookies or in a store, access tokens that are
// refreshed, and logout from either side.
//
//	signIn, err := login.New(login.Config{
//		Issuer: "https://id.example", ClientID: "shop", ClientSecret: os.Getenv("CLIENT_SECRET"),
//		Origin: "https://shop.example", Secrets: []string{os.Getenv("SECRET")},
//	})
//	mux.Handle("/auth/", signIn)
//	mux.Handle("GET /account", signIn.Require(account))
//
// It is for net/http and every router that takes its handlers. The requests to the provider are its own, of the standard
// library; ID tokens and logout tokens are checked by a credenza.Validator.
package login

import (
	"net/http"
	"strings"

	"credenza.dev/credenza"
	"credenza.dev/credenza/internal/flight"
	"credenza.dev/credenza/internal/oauth"
	"credenza.dev/credenza/internal/seal"
)

// Login signs people in. Made once, used from any goroutine. It is a handler for the routes below Config.Path.
type Login struct {
	config    Config
	provider  *oauth.Provider
	validator *credenza.Validator
	flows     *flows
	sessions  *sessions
	refreshes flight.Group[*Session]
	logouts   unfinished
	routes    *http.ServeMux
}

// New makes a sign-in. A *credenza.SettingsError names the setting that is missing or wrong. Nothing is fetched before
// somebody signs in, so that an application starts while its provider is down.
func New(config Config) (*Login, error) {
	config.fill()
	client := oauth.Client{ID: config.ClientID, Secret: config.ClientSecret, Key: config.Key, KeyID: config.KeyID}
	provider := oauth.NewProvider(config.Issuer, client, config.HTTPClient)
	validator, err := credenza.New(credenza.Settings{
		Issuer: config.Issuer, ClientID: config.ClientID, AllowHTTP: config.AllowHTTP,
		KeyCache: credenza.KeyCache{Cooldown: keyCooldown},
		Host:     credenza.Host{HTTPClient: provider.Fetcher(), Logger: config.Logger},
	})
	if err != nil {
		return nil, err
	}
	if err := config.check(); err != nil {
		return nil, err
	}
	flowSealer, err := seal.New(config.Secrets, "login flow")
	if err != nil {
		return nil, err
	}
	sessionSealer, err := seal.New(config.Secrets, "login session")
	if err != nil {
		return nil, err
	}
	made := &Login{
		config: config, validator: validator, provider: provider,
		flows: &flows{jar: &jar{flowSealer, config.isSecure()}},
		sessions: &sessions{
			jar: &jar{sessionSealer, config.isSecure()}, store: config.Store, ended: config.Ended,
			lifetime: config.Lifetime, idle: config.Idle, owner: config.Issuer + "\x00" + config.ClientID,
		},
	}
	made.routes = made.newRoutes()
	return made, nil
}

// Close ends fetches of keys that are under way.
func (login *Login) Close() error { return login.validator.Close() }

func (login *Login) newRoutes() *http.ServeMux {
	path, routes := login.config.Path, http.NewServeMux()
	routes.HandleFunc("GET "+path+"/login", login.begin)
	routes.HandleFunc("GET "+path+"/callback", login.callback)
	routes.HandleFunc("POST "+path+"/logout", login.logout)
	routes.HandleFunc("POST "+path+"/backchannel-logout", login.backchannel)
	routes.HandleFunc("GET "+path+"/frontchannel-logout", login.frontchannel)
	return routes
}

// ServeHTTP serves the routes of the sign-in: login, callback, logout, backchannel-logout and frontchannel-logout.
func (login *Login) ServeHTTP(writer http.ResponseWriter, request *http.Request) {
	private(writer.Header())
	if request.Method == http.MethodHead {
		// Whoever only looks must not spend a code.
		writer.Header().Set("Allow", "GET, POST")
		writer.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	login.routes.ServeHTTP(writer, request)
}

// Session is the session of a request, and nil where nobody is signed in. It may set fields of the answer, so ask before
// that begins. An error wraps ErrUnavailable: the store could not be asked.
func (login *Login) Session(writer http.ResponseWriter, request *http.Request) (*Session, error) {
	private(writer.Header())
	if known := FromContext(request.Context()); known != nil {
		return known, nil
	}
	session, err := login.sessions.load(request)
	if session == nil || err != nil {
		return nil, err
	}
	if err := login.sessions.touch(writer, request, session); err != nil {
		return nil, err
	}
	return session, nil
}

// Require lets requests with a session through to next, where FromContext is it. A navigation of a browser without one is
// led to sign in, and comes back to the same address; any other request is answered with 401.
func (login *Login) Require(next http.Handler) http.Handler {
	return http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
		session, err := login.Session(writer, request)
		switch {
		case err != nil:
			login.Refuse(writer, request, err)
		case session == nil && isNavigation(request):
			redirect(writer, login.signInURL(target(request)), http.StatusFound)
		case session == nil:
			login.Refuse(writer, request, ErrNoSession)
		default:
			next.ServeHTTP(writer, request.WithContext(WithSession(request.Context(), session)))
		}
	})
}

// isNavigation tells whether a browser would show the answer to a person.
func isNavigation(request *http.Request) bool {
	if request.Method != http.MethodGet && request.Method != http.MethodHead {
		return false
	}
	if mode := request.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return false
	}
	return strings.Contains(strings.ToLower(strings.Join(request.Header.Values("Accept"), ",")), "text/html")
}

// target is path and query as they were requested, also where a router has taken a prefix away.
func target(request *http.Request) string {
	if strings.HasPrefix(request.RequestURI, "/") {
		return request.RequestURI
	}
	return request.URL.RequestURI()
}

// private: an answer that depends on who is signed in is for nobody else, and in no cache.
func private(header http.Header) {
	header.Set("Cache-Control", "private, no-store")
	for _, name := range strings.Split(strings.Join(header.Values("Vary"), ","), ",") {
		if strings.EqualFold(strings.TrimSpace(name), "Cookie") {
			return
		}
	}
	header.Add("Vary", "Cookie")
}
