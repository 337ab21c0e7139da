import {
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceNotFoundException,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { setTimeout as pause } from "node:timers/promises";
import type { TableRemoval } from "../migrate/table/retire-port";
import { awsError } from "./aws-problem";
import { dynamoDbClient, tableArguments, type TablePlace } from "./connect";

/** Pause between two looks at a change, in milliseconds, and the number of looks. */
const LOOK = 1_000;
const LOOKS = 60;

/** Opens a table for its removal. */
export function tableRemoval(place: TablePlace): TableRemoval {
  const dynamoDb = dynamoDbClient(place);
  const table = tableArguments(place);
  const path = `DynamoDB table ${place.name} in ${place.region}`;
  const call = async <T>(action: string, send: () => Promise<T>): Promise<T> => {
    try {
      return await send();
    } catch (error) {
      throw awsError(error, action, path);
    }
  };
  const settled = async (): Promise<void> => {
    for (let look = 0; look < LOOKS; look += 1) {
      const { Table } = await call("dynamodb:DescribeTable", () => dynamoDb.send(new DescribeTableCommand(table)));
      if (Table?.TableStatus === "ACTIVE") return;
      await pause(LOOK);
    }
  };
  const isGoing = async (): Promise<boolean> => {
    try {
      const { Table } = await dynamoDb.send(new DescribeTableCommand(table));
      return Table?.TableStatus === "DELETING";
    } catch (error) {
      return error instanceof ResourceNotFoundException;
    }
  };
  return {
    protect: async (enabled) => {
      const command = new UpdateTableCommand({ ...table, DeletionProtectionEnabled: enabled });
      await call("dynamodb:UpdateTable", () => dynamoDb.send(command));
      await settled();
    },
    remove: async () => {
      try {
        await dynamoDb.send(new DeleteTableCommand(table));
      } catch (error) {
        // If an answer was lost, the SDK asked again, and DynamoDB refused the second request.
        if (await isGoing()) return;
        throw awsError(error, "dynamodb:DeleteTable", path);
      }
    },
  };
}
