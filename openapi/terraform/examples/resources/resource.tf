resource "credenza_resource" "reports" {
  resource              = "https://reports.example.com"
  name                  = "Reports"
  access_token_lifetime = 300
  scopes = [
    { scope = "reports:read", description = "Read your reports" },
  ]
}
