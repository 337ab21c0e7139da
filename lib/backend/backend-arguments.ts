import type { BackendSettings } from "./backend-settings";

/** The value of one backend argument. */
export type ArgumentValue = string | boolean | Readonly<Record<string, string>>;

/** Terraform's names of the settings, in the order of its documentation. Files have the same order. */
const ARGUMENT_NAMES: Readonly<Record<keyof BackendSettings, string>> = {
  bucket: "bucket",
  key: "key",
  region: "region",
  encrypt: "encrypt",
  kmsKeyId: "kms_key_id",
  useLockfile: "use_lockfile",
  dynamodbTable: "dynamodb_table",
  workspaceKeyPrefix: "workspace_key_prefix",
  lockTags: "lock_tags",
  stateTags: "state_tags",
  assumeRole: "assume_role",
};

/** Returns the settings as Terraform's arguments: with its names, in a fixed order, without undefined values. */
export function backendArguments(settings: BackendSettings): Record<string, ArgumentValue> {
  const { assumeRole, ...others } = settings;
  const values = { ...others, assumeRole: assumeRole && assumeRoleArguments(assumeRole) };
  const entries = (Object.keys(ARGUMENT_NAMES) as (keyof BackendSettings)[]).flatMap((field) => {
    const value = values[field];
    return value === undefined || value === false ? [] : [[ARGUMENT_NAMES[field], value] as const];
  });
  return Object.fromEntries(entries);
}

function assumeRoleArguments(role: NonNullable<BackendSettings["assumeRole"]>): Record<string, string> {
  return {
    role_arn: role.roleArn,
    ...(role.externalId === undefined ? {} : { external_id: role.externalId }),
    ...(role.sessionName === undefined ? {} : { session_name: role.sessionName }),
  };
}
