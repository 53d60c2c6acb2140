module credenza.dev/credenza

go 1.25
