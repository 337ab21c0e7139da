terraform {
  required_version = ">= 1.11.0"

  backend "s3" {
    bucket         = "acme-tfstate"
    key            = "staying/terraform.tfstate"
    region         = "eu-central-1"
    encrypt        = true
    dynamodb_table = "terraform-locks"
  }
}
