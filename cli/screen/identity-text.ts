import { plainText } from "../../lib/text/plain-text";

/** Returns where the credentials of the AWS calls come from: the options first, then keys, then a profile, as in the AWS CLI. */
export function identityText(
  profile: string | undefined,
  roleArn: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const role = roleArn === undefined ? "" : `role ${roleArn}, assumed by `;
  return plainText(`${role}${source(profile, environment)}`, Infinity);
}

function source(profile: string | undefined, environment: Readonly<Record<string, string | undefined>>): string {
  if (profile !== undefined) return `profile ${profile}`;
  if (isSet(environment["AWS_ACCESS_KEY_ID"])) return "the keys in AWS_ACCESS_KEY_ID";
  if (isSet(environment["AWS_PROFILE"])) return `profile ${environment["AWS_PROFILE"]} of AWS_PROFILE`;
  return "the default profile, or the role of this machine";
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
