import { TerraformStack, type DataTerraformRemoteStateS3 } from "cdktf";
import type { Construct } from "constructs";
import { consumerOutputs } from "../lib/backend/remote-state";
import { S3LockBackend } from "../lib/backend/s3-lock-backend";
import { consumerBackend } from "../lib/backend/backend-settings";
import { findConsumer } from "../lib/home/find-consumer";
import type { StateHome } from "../lib/config/state-home";
import { requireEngine } from "./provider-range";

/**
 * Props of {@link ConsumerStack}.
 * @example
 * const props: ConsumerStackProps = { home: resolveStateHome(stateConfig) };
 */
export interface ConsumerStackProps {
  readonly home: StateHome;
}

/**
 * Base class of every stack whose state is in the state bucket. The stack's ID is the name of a consumer of type `cdktf`,
 * which decides backend, lock and encryption.
 * @example
 * class NetworkStack extends ConsumerStack {
 *   constructor(scope: Construct, id: string, props: ConsumerStackProps) {
 *     super(scope, id, props);
 *     new TerraformOutput(this, "zone", { value: "eu-central-1a" });
 *   }
 * }
 */
export abstract class ConsumerStack extends TerraformStack {
  protected readonly home: StateHome;

  /** @throws UserError if the config has no consumer `id` of type `cdktf` */
  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id);
    this.home = props.home;
    const consumer = findConsumer(props.home, id, "cdktf");
    requireEngine(this, { ...consumer, partition: props.home.bucket.partition });
    new S3LockBackend(this, { ...consumerBackend(props.home, consumer), readerRole: consumer.readerRole });
  }

  /**
   * Returns the outputs of another consumer's state. It reads without a lock, with that consumer's reader role.
   * @throws UserError if the config has no such consumer
   */
  protected outputsOf(consumer: string): DataTerraformRemoteStateS3 {
    return consumerOutputs(this, `outputs-of-${consumer}`, this.home, findConsumer(this.home, consumer));
  }
}
