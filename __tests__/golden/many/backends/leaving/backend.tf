terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket               = "acme-tfstate"
    key                  = "leaving/terraform.tfstate"
    region               = "eu-central-1"
    encrypt              = true
    use_lockfile         = true
    dynamodb_table       = "terraform-locks"
    workspace_key_prefix = "leaving/ws"
  }
}
