resource "credenza_group" "staff" {
  name        = "Staff"
  description = "Everybody who works here"
}
