// The Terraform provider for Credenza: tenants, clients, users, groups, resources, settings and signing keys.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"credenza.dev/terraform-provider-credenza/internal/provider"
)

// Set when it is built for release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run for a debugger")
	flag.Parse()
	options := providerserver.ServeOpts{Address: "registry.terraform.io/credenza/credenza", Debug: *debug}
	if err := providerserver.Serve(context.Background(), provider.New(version), options); err != nil {
		log.Fatal(err)
	}
}
