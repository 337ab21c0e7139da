terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket               = "acme-gov-tfstate"
    key                  = "app/terraform.tfstate"
    region               = "us-gov-west-1"
    encrypt              = true
    kms_key_id           = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef"
    use_lockfile         = true
    dynamodb_table       = "terraform-locks"
    workspace_key_prefix = "app/ws"
    assume_role = {
      role_arn = "arn:aws-us-gov:iam::123456789012:role/app-state"
    }
  }
}
