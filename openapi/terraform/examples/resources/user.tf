resource "credenza_user" "grace" {
  username = "grace"
  claims = {
    given_name     = "Grace"
    email          = "grace@example.com"
    email_verified = true
  }
}
