import { Pet } from "@cdktf/provider-random/lib/pet";
import { RandomProvider } from "@cdktf/provider-random/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { widenProvider } from "./provider-range";
import { ConsumerStack, type ConsumerStackProps } from "../lib";

/** The smallest consumer: it keeps a random name in the state bucket. */
export class DemoStack extends ConsumerStack {
  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id, props);
    new RandomProvider(this, "random");
    widenProvider(this, "random");
    const pet = new Pet(this, "server", { length: 2 });
    new TerraformOutput(this, "server_name", { value: pet.id });
  }
}
