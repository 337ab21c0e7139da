terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket       = "acme-tfstate"
    key          = "payments/terraform.tfstate"
    region       = "eu-central-1"
    encrypt      = true
    kms_key_id   = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555"
    use_lockfile = true
  }
}
