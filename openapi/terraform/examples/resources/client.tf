resource "credenza_client" "wiki" {
  client_name   = "Wiki"
  redirect_uris = ["https://wiki.example.com/callback"]
  scopes        = ["openid", "profile", "email"]
  rotate_secret = "2027-01"
}

output "wiki_secret" {
  value     = credenza_client.wiki.client_secret
  sensitive = true
}
