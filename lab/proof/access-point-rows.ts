import {
  ADMINISTRATORS,
  lock,
  past,
  SIGNED,
  SSE,
  state,
  TRUSTED,
  type Actor,
  type Context,
  type Row,
  type Simulated,
} from "./guard-row";
import { NETWORK, REGION, type Scenario } from "./scenario";

/** Where a request enters: an access point, and the account that made it. */
interface Door {
  readonly name: string;
  readonly region: string;
  /** @default - the bucket's */
  readonly account?: string;
  readonly origin: "Internet" | "VPC";
}

const INTERNET: Door = { name: "side-door", region: REGION, origin: "Internet" };
const VPC: Door = { name: "side-door", region: REGION, origin: "VPC" };
const FOREIGN: Door = { ...INTERNET, account: "999999999999" };

/**
 * A request through an access point. S3 asks about the access point, on which no policy of a level says anything, and then
 * about the bucket behind it, whose policy sees the access point in the context.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
const through = (
  door: Door,
  name: string,
  passes: readonly Actor[],
  action: string,
  context: Context = {},
  key: (scenario: Scenario) => string | undefined = state,
): Row => {
  const { simulate: behind, ...row } = past(name, passes, action, context, key);
  return {
    ...row,
    simulate: (scenario): Simulated[] => {
      const { account = scenario.home.bucket.account, region, origin } = door;
      const arn = `arn:aws:s3:${region}:${account}:accesspoint/${door.name}`;
      const seen = {
        ...{ "s3:AccessPointNetworkOrigin": origin, "s3:DataAccessPointAccount": account },
        "s3:DataAccessPointArn": arn,
      };
      const object = key(scenario);
      const resource = object === undefined ? arn : `${arn}/object/${object}`;
      const ofPoint = { principal: "", action, resource, account, context: { ...SIGNED, ...seen, ...context } };
      const ofBucket = behind?.(scenario) ?? [];
      return [ofPoint, ...ofBucket.map((asked) => ({ ...asked, context: { ...asked.context, ...seen } }))];
    },
  };
};

const TAKEN = { "s3:if-none-match": "*" };
const PRESIGNED = { "s3:authType": "REST-QUERY-STRING" };
const FREE: readonly Actor[] = ["administrator", "deployer"];

/** The side doors of the bucket: a principal that may make an access point gets nothing past the guard. */
export const ACCESS_POINTS: readonly Row[] = [
  ...(
    [
      ["state: GetObject", ADMINISTRATORS, "s3:GetObject", {}, state],
      [
        "state: GetObject by a presigned URL, as a function of Object Lambda reads",
        [],
        "s3:GetObject",
        PRESIGNED,
        state,
      ],
      ["state: GetObject from another address", TRUSTED, "s3:GetObject", { "aws:SourceIp": "198.51.100.7" }, state],
      ["state: GetObject over TLS 1.1", [], "s3:GetObject", { "s3:TlsVersion": "1.1" }, state],
      ["state: GetObject over plain HTTP", [], "s3:GetObject", { "aws:SecureTransport": "false" }, state],
      ["state: PutObject", ADMINISTRATORS, "s3:PutObject", {}, state],
      ["state: PutObject with AES256", [], "s3:PutObject", { [`s3:${SSE}`]: "AES256" }, state],
      ["state: PutObject with SSE-C", [], "s3:PutObject", { [`s3:${SSE}-customer-algorithm`]: "AES256" }, state],
      ["state: PutObject to GLACIER", [], "s3:PutObject", { "s3:x-amz-storage-class": "GLACIER" }, state],
      ["state: DeleteObject", ["break-glass"], "s3:DeleteObject", {}, state],
      ["state: DeleteObjectVersion", TRUSTED, "s3:DeleteObjectVersion", {}, state],
      ["state: PutObjectAcl", TRUSTED, "s3:PutObjectAcl", {}, state],
      ["state: PutObjectTagging", TRUSTED, "s3:PutObjectTagging", {}, state],
      ["state: PutObjectRetention", TRUSTED, "s3:PutObjectRetention", {}, state],
      ["state: PutObjectLegalHold", TRUSTED, "s3:PutObjectLegalHold", {}, state],
      ["state: RestoreObject", TRUSTED, "s3:RestoreObject", {}, state],
      ["lock: PutObject", [], "s3:PutObject", {}, lock],
      ["lock: PutObject with If-None-Match: *", ADMINISTRATORS, "s3:PutObject", TAKEN, lock],
      ["lock: copy with If-None-Match: *", [], "s3:PutObject", { ...TAKEN, "s3:x-amz-copy-source": "b/k" }, lock],
      ["lock: DeleteObject", FREE, "s3:DeleteObject", {}, lock],
      ["lock: DeleteObject with If-Match", ADMINISTRATORS, "s3:DeleteObject", { "s3:if-match": '"e"' }, lock],
      ["bucket: ListBucket", ADMINISTRATORS, "s3:ListBucket", {}, (): undefined => undefined],
    ] as const
  ).map(([name, passes, action, context, key]) =>
    through(INTERNET, `access point, ${name}`, passes, action, context, key),
  ),
  through(VPC, "access point of a VPC, state: GetObject through another VPC's endpoint", TRUSTED, "s3:GetObject", {
    ...{ "aws:SourceIp": undefined, "aws:SourceVpce": "vpce-1f1f1f1f", "aws:SourceVpc": "vpc-1f1f1f1f" },
  }),
  through(VPC, "access point of a VPC, state: GetObject through the VPC endpoint", ADMINISTRATORS, "s3:GetObject", {
    ...{ "aws:SourceIp": undefined, "aws:SourceVpce": NETWORK.vpcEndpoints[0], "aws:SourceVpc": "vpc-1f1f1f1f" },
  }),
  ...(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"] as const).map((action) =>
    through(FOREIGN, `access point of another account, state: ${action.slice(3)}`, [], action),
  ),
];
