terraform {
  required_providers {
    credenza = {
      source = "credenza/credenza"
    }
  }
}

# CREDENZA_CLIENT_SECRET has the secret.
provider "credenza" {
  issuer    = "https://id.example.com"
  client_id = "terraform"
}

# Another tenant, with a service account of its own.
provider "credenza" {
  alias         = "acme"
  issuer        = "https://id.example.com/t/acme"
  client_id     = "terraform"
  client_secret = var.acme_client_secret
}
