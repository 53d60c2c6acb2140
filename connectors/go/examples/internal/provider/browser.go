package provider

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Browser is a person with a browser: it keeps cookies, follows redirects and fills in the provider's forms.
type Browser struct {
	client   *http.Client
	password string
}

// Page is what a browser ended at.
type Page struct {
	Status int
	URL    *url.URL
	Text   string
}

// Browser is one of the person "demo".
func (made *Provider) Browser(t *testing.T) *Browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Browser{client: &http.Client{Jar: jar}, password: made.Password}
}

// Visit opens an address, as a navigation.
func (browser *Browser) Visit(t *testing.T, address string) Page {
	t.Helper()
	return browser.send(t, http.MethodGet, address, nil)
}

// Submit sends a form.
func (browser *Browser) Submit(t *testing.T, address string, fields url.Values) Page {
	t.Helper()
	return browser.send(t, http.MethodPost, address, fields)
}

func (browser *Browser) send(t *testing.T, method, address string, fields url.Values) Page {
	t.Helper()
	request, err := http.NewRequest(method, address, strings.NewReader(fields.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Mode", "navigate")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", request.URL.Scheme+"://"+request.URL.Host)
	}
	response, err := browser.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Page{response.StatusCode, response.Request.URL, string(text)}
}

var (
	form      = regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*>.*?</form>`)
	action    = regexp.MustCompile(`<form[^>]*action="([^"]*)"`)
	input     = regexp.MustCompile(`<input[^>]*>`)
	attribute = regexp.MustCompile(`(name|value)="([^"]*)"`)
	allow     = regexp.MustCompile(`<button[^>]*id="consent-allow"[^>]*>`)
)

// SignIn goes through the pages of the provider until it is at another host, or at a page without a form.
func (browser *Browser) SignIn(t *testing.T, page Page, provider string) Page {
	t.Helper()
	for range 6 {
		found := form.FindString(page.Text)
		if !strings.HasPrefix(page.URL.String(), provider) || found == "" {
			return page
		}
		fields := url.Values{}
		for _, one := range append(input.FindAllString(found, -1), allow.FindString(found)) {
			own := map[string]string{}
			for _, pair := range attribute.FindAllStringSubmatch(one, -1) {
				own[pair[1]] = html.UnescapeString(pair[2])
			}
			switch own["name"] {
			case "":
			case "username":
				fields.Set("username", "demo")
			case "password":
				fields.Set("password", browser.password)
			default:
				fields.Set(own["name"], own["value"])
			}
		}
		target := page.URL
		if own := action.FindStringSubmatch(found); own != nil {
			var err error
			if target, err = page.URL.Parse(html.UnescapeString(own[1])); err != nil {
				t.Fatal(err)
			}
		}
		page = browser.Submit(t, target.String(), fields)
	}
	t.Fatalf("the sign-in has no end: %s", page.URL)
	return page
}
