terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket               = "example-tfstate-123456789012-eu-central-1"
    key                  = "network/terraform.tfstate"
    region               = "eu-central-1"
    encrypt              = true
    use_lockfile         = true
    workspace_key_prefix = "network/workspaces"
  }
}
