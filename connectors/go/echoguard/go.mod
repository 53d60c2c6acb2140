module credenza.dev/credenza/echoguard

go 1.25.0

require credenza.dev/credenza v0.0.0

require github.com/labstack/echo/v5 v5.4.5

replace credenza.dev/credenza => ../
