module credenza.dev/bench/connectors/load

go 1.25
