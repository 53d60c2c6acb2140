resource "credenza_tenant" "acme" {
  name = "acme"
  settings = {
    display_name          = "Acme"
    access_token_lifetime = 300
  }
}
