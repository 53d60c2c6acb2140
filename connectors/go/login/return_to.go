package login

import (
	"net/url"
	"strings"
)

// returnTo is a path of this application as it was asked for, and "/" for anything else: browsers read "//host", "/\host"
// and a path with a tab in it as other hosts.
func returnTo(asked, origin string) string {
	if !strings.HasPrefix(asked, "/") || strings.HasPrefix(asked, "//") {
		return "/"
	}
	for _, char := range asked {
		if char == '\\' || char < 0x20 || char == 0x7f {
			return "/"
		}
	}
	base, err := url.Parse(origin)
	if err != nil {
		return "/"
	}
	resolved, err := base.Parse(asked)
	if err != nil || resolved.Scheme != base.Scheme || resolved.Host != base.Host || resolved.User != nil {
		return "/"
	}
	return asked
}
