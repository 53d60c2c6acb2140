package ginguard

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// Wrap puts a middleware of net/http in front of a route: login.Login.Require, and those of package kit that let a request
// through or answer it. What goes around every answer goes around the engine: kit.Service.Wrap(engine).
func Wrap(middleware func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		isThrough := false
		next := http.HandlerFunc(func(_ http.ResponseWriter, request *http.Request) {
			isThrough = true
			c.Request = request
			c.Next()
		})
		middleware(next).ServeHTTP(c.Writer, c.Request)
		if !isThrough {
			c.Abort()
		}
	}
}
