resource "credenza_signing_key" "next" {
  algorithm = "ES256"
}
