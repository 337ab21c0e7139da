import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The file whose appearance lets the apply of {@link writeHeldRoot} end. */
export const GO_ON = "go-on";

/**
 * A plain Terraform root with an empty backend block, whose apply lasts until a file appears: so that its lock can be
 * looked at. It needs no provider but the one inside Terraform.
 */
export function writeHeldRoot(directory: string): void {
  mkdirSync(directory, { recursive: true });
  const main = `terraform {
  backend "s3" {}
}

resource "terraform_data" "network" {
  input = "10.0.0.0/16"

  provisioner "local-exec" {
    command = "until [ -e ${GO_ON} ]; do sleep 0.1; done"
  }
}

output "cidr" {
  value = terraform_data.network.output
}
`;
  writeFileSync(join(directory, "main.tf"), main);
}
