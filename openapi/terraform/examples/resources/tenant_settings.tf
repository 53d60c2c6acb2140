resource "credenza_tenant_settings" "own" {
  settings = {
    display_name = "Example"
    attributes   = [{ name = "department", type = "string", scope = "department" }]
  }
}
