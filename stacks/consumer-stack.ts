import { TerraformStack, type DataTerraformRemoteStateS3 } from "cdktf";
import type { Construct } from "constructs";
import { consumerOutputs } from "../lib/backend/remote-state";
import { S3LockBackend } from "../lib/backend/s3-lock-backend";
import { consumerBackend } from "../lib/backend/backend-settings";
import { findConsumer } from "../lib/home/find-consumer";
import type { StateHome } from "../lib/config/state-home";
import { requireTerraform } from "./provider-range";

/** What every {@link ConsumerStack} is made from. */
export interface ConsumerStackProps {
  readonly home: StateHome;
}

/**
 * Base of every stack whose state is in the state bucket. Its id is the name of a consumer of type `cdktf`; backend,
 * lock and encryption come from there.
 */
export abstract class ConsumerStack extends TerraformStack {
  protected readonly home: StateHome;

  /** @throws UserError when the config names no CDKTF consumer `id` */
  constructor(scope: Construct, id: string, props: ConsumerStackProps) {
    super(scope, id);
    this.home = props.home;
    const consumer = findConsumer(props.home, id, "cdktf");
    requireTerraform(this);
    new S3LockBackend(this, { ...consumerBackend(props.home, consumer), readerRole: consumer.readerRole });
  }

  /**
   * The outputs of another consumer's state, read without a lock and with its reader's role.
   * @throws UserError when the config names no such consumer
   */
  protected outputsOf(consumer: string): DataTerraformRemoteStateS3 {
    return consumerOutputs(this, `outputs-of-${consumer}`, this.home, findConsumer(this.home, consumer));
  }
}
