terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket       = "acme-tfstate"
    key          = "teams/a/Prod (1)/é.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
  }
}
