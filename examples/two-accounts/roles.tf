# Roles of the state account that principals of the workload account may assume. Apply this in the state account before
# `statelock bootstrap`, which attaches the policies of the access levels to them.
terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.100.0, < 7.0.0"
    }
  }
}

variable "workload_account" {
  type    = string
  default = "222222222222"
}

data "aws_iam_policy_document" "trust" {
  for_each = {
    # Who may apply: the role that CI has in the workload account.
    tfstate-shop = "arn:aws:iam::${var.workload_account}:role/ci-apply"
    # Who may read outputs: the role of the roots that use them.
    tfstate-shop-reader = "arn:aws:iam::${var.workload_account}:role/ci-plan"
  }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "state" {
  for_each = data.aws_iam_policy_document.trust

  name               = each.key
  assume_role_policy = each.value.json
}
