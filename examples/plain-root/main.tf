# A plain Terraform root that keeps its state in the state bucket:
#
#   terraform init -backend-config=../../cdktf.out/backends/network/network.s3.tfbackend
#   terraform apply
terraform {
  required_version = ">= 1.11.0"

  backend "s3" {}
}

resource "terraform_data" "network" {
  input = "10.0.0.0/16"
}

output "cidr" {
  value = terraform_data.network.output
}
