import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { LegacyTableManagement } from "../config/state-config";

/** Props of {@link LegacyTable}. */
interface LegacyTableProps {
  readonly name: string;
  readonly management: LegacyTableManagement;
}

/**
 * The DynamoDB table that you are retiring. The stack imports it and never creates it. So a mistyped name fails the plan,
 * instead of creating an empty table whose locks no client respects.
 * Source of its shape: https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking
 */
export class LegacyTable extends Construct {
  constructor(scope: Construct, id: string, { name, management }: LegacyTableProps) {
    super(scope, id);
    const isProtected = management === "protected";
    const table = new DynamodbTable(this, "table", {
      name,
      billingMode: "PAY_PER_REQUEST",
      hashKey: "LockID",
      attribute: [{ name: "LockID", type: "S" }],
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: isProtected,
      lifecycle: { preventDestroy: isProtected },
    });
    table.importFrom(name);
  }
}
