package main

import (
	"net"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/gofiber/fiber/v3"
	"github.com/labstack/echo/v5"

	"credenza.dev/credenza"
	"credenza.dev/credenza/echoguard"
	"credenza.dev/credenza/fiberguard"
	"credenza.dev/credenza/ginguard"
	"credenza.dev/credenza/guard"
)

func serveGin(listener net.Listener, guarded *guard.Guard, usual verify) error {
	gin.SetMode(gin.ReleaseMode)
	handler := func(c *gin.Context) { c.Data(http.StatusOK, "application/json", []byte(answer)) }
	router := gin.New()
	router.GET("/bare", handler)
	router.GET("/guarded", ginguard.Protect(guarded, credenza.Scope(scope)), handler)
	router.GET("/usual", func(c *gin.Context) {
		token, err := bearer(c.GetHeader("Authorization"))
		if err == nil {
			err = usual(c.Request.Context(), token)
		}
		if err != nil {
			c.AbortWithStatus(http.StatusUnauthorized)
			return
		}
		c.Next()
	}, handler)
	return router.RunListener(listener)
}

func serveEcho(listener net.Listener, guarded *guard.Guard, usual verify) error {
	handler := func(c *echo.Context) error { return c.Blob(http.StatusOK, "application/json", []byte(answer)) }
	server := echo.New()
	server.GET("/bare", handler)
	server.GET("/guarded", handler, echoguard.Protect(guarded, credenza.Scope(scope)))
	server.GET("/usual", handler, func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c *echo.Context) error {
			token, err := bearer(c.Request().Header.Get("Authorization"))
			if err == nil {
				err = usual(c.Request().Context(), token)
			}
			if err != nil {
				return echo.NewHTTPError(http.StatusUnauthorized, "")
			}
			return next(c)
		}
	})
	return http.Serve(listener, server) // #nosec G114 nobody but the load reaches it.
}

func serveFiber(listener net.Listener, guarded *guard.Guard, usual verify) error {
	handler := func(c fiber.Ctx) error {
		c.Set("Content-Type", "application/json")
		return c.SendString(answer)
	}
	app := fiber.New()
	app.Get("/bare", handler)
	app.Get("/guarded", fiberguard.Protect(guarded, credenza.Scope(scope)), handler)
	app.Get("/usual", func(c fiber.Ctx) error {
		token, err := bearer(c.Get("Authorization"))
		if err == nil {
			err = usual(c.Context(), token)
		}
		if err != nil {
			return c.SendStatus(fiber.StatusUnauthorized)
		}
		return c.Next()
	}, handler)
	return app.Listener(listener, fiber.ListenConfig{DisableStartupMessage: true})
}
