import type * as DynamoDb from "@aws-sdk/client-dynamodb";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Kms from "@aws-sdk/client-kms";
import type * as S3 from "@aws-sdk/client-s3";
import type * as Sts from "@aws-sdk/client-sts";
import type * as CredentialProviders from "@aws-sdk/credential-providers";
import { parseArn } from "../policy/arn";
import { partitionOf } from "../policy/partition";
import { endpointOf } from "./aws-endpoint";
import { caBundle } from "./ca-bundle";
import { expectDocuments } from "./expected-document";
import type * as ProxyAgents from "./proxy-agents";
import { profileEndpoint, type AwsService } from "./profile-endpoint";
import { namesProxy, withProxies } from "./proxy-choice";

/* eslint-disable @typescript-eslint/no-require-imports -- most commands need one client, and each costs its loading */

/** Credentials and endpoint, as in AWS's own command line. @default - the SDK's usual chain */
export interface AwsAccess {
  readonly profile?: string | undefined;
  /** A role to assume first. */
  readonly roleArn?: string | undefined;
  /** Only for S3; the other services have AWS_ENDPOINT_URL_STS and the like. */
  readonly endpointUrl?: string | undefined;
  /** Only for DynamoDB. */
  readonly tableEndpointUrl?: string | undefined;
  /** How requests travel, as a backend says it. @default - as the environment says */
  readonly network?: OwnNetwork | undefined;
}

/** The region and the credentials of a client. */
export interface AwsPlace {
  readonly region: string;
  readonly access?: AwsAccess | undefined;
}

/** A bucket, as a config or the command line names it. */
export interface BucketPlace extends AwsPlace {
  readonly name: string;
  /** The account that must own it; undefined if nobody named one. */
  readonly account: string | undefined;
}

/** A DynamoDB table, as a config or a backend block names it. */
export interface TablePlace extends AwsPlace {
  readonly name: string;
  /** The account that must own it; undefined if nobody named one. */
  readonly account: string | undefined;
}

/** Arguments of a backend that say how requests travel, by their names. Each wins over the environment. */
type OwnNetwork = Partial<Record<"http_proxy" | "https_proxy" | "no_proxy" | "custom_ca_bundle", string>>;

/** Without these limits, a missing or stalled answer would block a run forever; milliseconds. */
const TIMEOUTS = {
  connectionTimeout: 10_000,
  requestTimeout: 60_000,
  socketTimeout: 60_000,
  throwOnRequestTimeout: true,
};

/**
 * Returns how requests travel: with limits of time, with the certificates of `AWS_CA_BUNDLE` or `ca_bundle`, and through the proxy
 * of HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or as a backend says.
 */
function requests({ profile, network = {} }: AwsAccess): object {
  const { custom_ca_bundle: custom, ...proxies } = network;
  const environment = withProxies(process.env, proxies);
  const ca = caBundle(environment, profile, custom);
  if (!namesProxy(environment)) return ca === undefined ? TIMEOUTS : { ...TIMEOUTS, httpsAgent: { ca } };
  const { ProxyChoice } = require("./proxy-agents") as typeof ProxyAgents;
  const [httpAgent, httpsAgent] = [false, true].map((secure) => new ProxyChoice(secure, environment, ca));
  return { ...TIMEOUTS, httpAgent, httpsAgent };
}

export function s3Client(place: AwsPlace): S3.S3Client {
  const { S3Client } = require("@aws-sdk/client-s3") as typeof S3;
  const client: S3.S3Client = new S3Client({
    ...common(place, "s3", place.access?.endpointUrl),
    // Other stores than S3 seldom serve a host name per bucket. The SDK takes a function here, which its types do not say.
    forcePathStyle: (async () => (await endpointOf(client)) !== undefined) as unknown as boolean,
  });
  expectDocuments(client);
  return client;
}

export function kmsClient(place: AwsPlace): Kms.KMSClient {
  const { KMSClient } = require("@aws-sdk/client-kms") as typeof Kms;
  return new KMSClient(common(place, "kms"));
}

export function iamClient(place: AwsPlace): Iam.IAMClient {
  const { IAMClient } = require("@aws-sdk/client-iam") as typeof Iam;
  return new IAMClient(common(place, "iam"));
}

export function stsClient(place: AwsPlace): Sts.STSClient {
  const { STSClient } = require("@aws-sdk/client-sts") as typeof Sts;
  return new STSClient(common(place, "sts"));
}

export function dynamoDbClient(place: AwsPlace): DynamoDb.DynamoDBClient {
  const { DynamoDBClient } = require("@aws-sdk/client-dynamodb") as typeof DynamoDb;
  return new DynamoDBClient(common(place, "dynamodb", place.access?.tableEndpointUrl));
}

/** Returns the argument of every DynamoDB call on a table: its ARN if the account is known, so that no other account answers. */
export function tableArguments({ name, region, account }: TablePlace): { readonly TableName: string } {
  const partition = partitionOf(region);
  if (account === undefined || partition === undefined || parseArn(name) !== undefined) return { TableName: name };
  return { TableName: `arn:${partition}:dynamodb:${region}:${account}:table/${name}` };
}

/** Returns the arguments of every S3 call on a bucket. */
export function bucketArguments(bucket: BucketPlace): {
  readonly Bucket: string;
  readonly ExpectedBucketOwner?: string;
} {
  const { name, account } = bucket;
  return { Bucket: name, ...(account === undefined ? {} : { ExpectedBucketOwner: account }) };
}

/** The SDK would take the profile. The engines and the AWS CLI take the keys: Statelock must act as they do. */
function hasKeysBesideProfile(environment: NodeJS.ProcessEnv): boolean {
  const names = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
  return names.every((name) => (environment[name] ?? "") !== "");
}

/** @param given the endpoint of the service. @default - the one of the profile; otherwise the SDK looks into the environment */
function common({ region, access = {} }: AwsPlace, service: AwsService, given?: string): object {
  const { profile, roleArn } = access;
  const both = hasKeysBesideProfile(process.env);
  // The SDK looks at the profile of AWS_PROFILE alone.
  const endpoint = given ?? profileEndpoint(service, profile, process.env);
  const requestHandler = requests(access);
  const client = { region, requestHandler, ...(endpoint === undefined ? {} : { endpoint }) };
  if (profile === undefined && roleArn === undefined && !both) return client;
  const { fromEnv, fromIni, fromNodeProviderChain, fromTemporaryCredentials } =
    require("@aws-sdk/credential-providers") as typeof CredentialProviders;
  const usual = both ? fromEnv() : undefined;
  // A named profile wins over credentials in the environment.
  const sts = profileEndpoint("sts", profile, process.env);
  const clientConfig = { region, requestHandler, ...(sts === undefined ? {} : { endpoint: sts }) };
  const ofProfile = profile === undefined ? usual : fromIni({ profile, clientConfig });
  const shared = { ...client, ...(ofProfile === undefined ? {} : { credentials: ofProfile }) };
  if (roleArn === undefined) return shared;
  const masterCredentials = ofProfile ?? fromNodeProviderChain({ clientConfig });
  const params = { RoleArn: roleArn, RoleSessionName: "statelock" };
  return {
    ...shared,
    credentials: fromTemporaryCredentials({ masterCredentials, params, clientConfig }),
  };
}
