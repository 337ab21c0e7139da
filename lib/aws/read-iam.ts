import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  paginateListEntitiesForPolicy,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import type { Statement } from "../policy/policy-document";
import { parseJson } from "../text/parse-json";
import type { IamReader, LivePolicy, LiveRole } from "../verify/iam-checks";
import type { Reading } from "../verify/posture";
import type { RecordReader } from "../verify/record-checks";
import { bucketExists } from "./bucket-exists";
import { iamClient, kmsClient, type BucketPlace } from "./connect";
import { present, readingOf } from "./present";

/** Reads managed policies and roles of the bucket's account. */
export function iamReader(place: BucketPlace): IamReader {
  const iam = iamClient(place);
  return {
    policy: (arn, withRoles) =>
      readingOf(async (): Promise<LivePolicy | undefined> => {
        const found = await present(arn, "iam:GetPolicy", () => iam.send(new GetPolicyCommand({ PolicyArn: arn })));
        if (found === undefined) return undefined;
        const VersionId = found.Policy?.DefaultVersionId ?? "v1";
        const version = await present(arn, "iam:GetPolicyVersion", () =>
          iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId })),
        );
        const statements = statementsIn(version?.PolicyVersion?.Document ?? "");
        return { statements, roles: withRoles ? await attachedRoles(iam, arn) : { value: [] } };
      }),
    role: (name) =>
      readingOf(() =>
        present(`the IAM role ${name}`, "iam:GetRole", async (): Promise<LiveRole> => {
          const { Role: role } = await iam.send(new GetRoleCommand({ RoleName: name }));
          return { arn: role?.Arn ?? "", trust: statementsIn(role?.AssumeRolePolicyDocument ?? "") };
        }),
      ),
  };
}

/** Reads what the bootstrap record names. */
export function recordReader(place: BucketPlace): RecordReader {
  return {
    keyState: (arn) =>
      readingOf(() =>
        present(arn, "kms:DescribeKey", async () => {
          const { KeyMetadata: found } = await kmsClient(place).send(new DescribeKeyCommand({ KeyId: arn }));
          return found?.KeyState ?? "unknown";
        }),
      ),
    bucketExists: (name) => readingOf(async () => ((await bucketExists({ ...place, name })) ? true : undefined)),
  };
}

function attachedRoles(client: IAMClient, arn: string): Promise<Reading<readonly string[]>> {
  const list = async (): Promise<string[]> => {
    const names: string[] = [];
    const pages = paginateListEntitiesForPolicy({ client }, { PolicyArn: arn, EntityFilter: "Role" });
    for await (const { PolicyRoles = [] } of pages) names.push(...PolicyRoles.map(({ RoleName }) => RoleName ?? ""));
    return names;
  };
  return readingOf(() => present(arn, "iam:ListEntitiesForPolicy", list));
}

/** IAM encodes documents as a part of a URL. Any other text has no statements, so it differs from every policy. */
function statementsIn(encoded: string): readonly Statement[] {
  const document = parseJson(decoded(encoded)) as { readonly Statement?: Statement | Statement[] } | null | undefined;
  const { Statement: found = [] } = document ?? {};
  return Array.isArray(found) ? found : [found];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
