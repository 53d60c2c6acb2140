module credenza.dev/admin

go 1.24
