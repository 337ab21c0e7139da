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
import { namesProxy } from "./proxy-choice";

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

/** Without these limits, a missing or stalled answer would block a run forever; milliseconds. */
const TIMEOUTS = {
  connectionTimeout: 10_000,
  requestTimeout: 60_000,
  socketTimeout: 60_000,
  throwOnRequestTimeout: true,
};

/**
 * Returns how requests travel: with limits of time, with the certificates of `AWS_CA_BUNDLE` or `ca_bundle`, and through the proxy
 * of HTTP_PROXY, HTTPS_PROXY and NO_PROXY.
 */
function requests(profile: string | undefined): object {
  const ca = caBundle(process.env, profile);
  if (!namesProxy(process.env)) return ca === undefined ? TIMEOUTS : { ...TIMEOUTS, httpsAgent: { ca } };
  const { ProxyChoice } = require("./proxy-agents") as typeof ProxyAgents;
  const [httpAgent, httpsAgent] = [false, true].map((secure) => new ProxyChoice(secure, process.env, ca));
  return { ...TIMEOUTS, httpAgent, httpsAgent };
}

export function s3Client(place: AwsPlace): S3.S3Client {
  const { S3Client } = require("@aws-sdk/client-s3") as typeof S3;
  const endpoint = place.access?.endpointUrl;
  const client: S3.S3Client = new S3Client({
    ...common(place),
    ...(endpoint === undefined ? {} : { endpoint }),
    // Other stores than S3 seldom serve a host name per bucket. The SDK takes a function here, which its types do not say.
    forcePathStyle: (async () => (await endpointOf(client)) !== undefined) as unknown as boolean,
  });
  expectDocuments(client);
  return client;
}

export function kmsClient(place: AwsPlace): Kms.KMSClient {
  const { KMSClient } = require("@aws-sdk/client-kms") as typeof Kms;
  return new KMSClient(common(place));
}

export function iamClient(place: AwsPlace): Iam.IAMClient {
  const { IAMClient } = require("@aws-sdk/client-iam") as typeof Iam;
  return new IAMClient(common(place));
}

export function stsClient(place: AwsPlace): Sts.STSClient {
  const { STSClient } = require("@aws-sdk/client-sts") as typeof Sts;
  return new STSClient(common(place));
}

export function dynamoDbClient(place: AwsPlace): DynamoDb.DynamoDBClient {
  const { DynamoDBClient } = require("@aws-sdk/client-dynamodb") as typeof DynamoDb;
  const endpoint = place.access?.tableEndpointUrl;
  return new DynamoDBClient({ ...common(place), ...(endpoint === undefined ? {} : { endpoint }) });
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

function common({ region, access }: AwsPlace): object {
  const { profile, roleArn } = access ?? {};
  const both = hasKeysBesideProfile(process.env);
  const requestHandler = requests(profile);
  if (profile === undefined && roleArn === undefined && !both) return { region, requestHandler };
  const { fromEnv, fromIni, fromNodeProviderChain, fromTemporaryCredentials } =
    require("@aws-sdk/credential-providers") as typeof CredentialProviders;
  const usual = both ? fromEnv() : undefined;
  // A named profile wins over credentials in the environment.
  const clientConfig = { region, requestHandler };
  const ofProfile = profile === undefined ? usual : fromIni({ profile, clientConfig });
  const shared = { ...clientConfig, ...(ofProfile === undefined ? {} : { credentials: ofProfile }) };
  if (roleArn === undefined) return shared;
  const masterCredentials = ofProfile ?? fromNodeProviderChain({ clientConfig });
  const params = { RoleArn: roleArn, RoleSessionName: "statelock" };
  return {
    ...shared,
    credentials: fromTemporaryCredentials({ masterCredentials, params, clientConfig }),
  };
}
