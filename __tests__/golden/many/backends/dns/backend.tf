terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket       = "acme-tfstate"
    key          = "dns/terraform.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    use_lockfile = true
    assume_role = {
      role_arn = "arn:aws:iam::210987654321:role/dns-state"
    }
  }
}
