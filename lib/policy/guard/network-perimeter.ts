import { oneOrMany, type Statement } from "../policy-document";
import { exceptFor } from "./deny-but";
import { denyEverything } from "./deny-everything";
import type { GuardScope } from "./guard-scope";

/** The Sid of the statement. */
export const OUTSIDE_NETWORK = "DenyOutsideNetwork";

/**
 * Denies requests from outside of the networks. A request through a VPC endpoint has no public address, and any other has
 * no endpoint, so the deny needs all tests to fail. Requests that AWS services make, for themselves or in the name of
 * somebody, come from AWS's network. Deployers and break-glass are exempt: with a wrong network, nobody could correct the
 * guard.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 * @returns no statement if the config names no network
 */
export function denyOutsideNetwork(scope: GuardScope): Statement[] {
  const { vpcEndpoints = [], vpcs = [], sourceIps = [] } = scope.network ?? {};
  if (vpcEndpoints.length + vpcs.length + sourceIps.length === 0) return [];
  const services = `arn:${scope.partition}:iam::${scope.account}:role/aws-service-role/*`;
  return [
    denyEverything(scope, OUTSIDE_NETWORK, {
      ...exceptFor([...scope.breakGlass, ...scope.deployers]).Condition,
      ArnNotLike: { "aws:PrincipalArn": services },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false", "aws:ViaAWSService": "false" },
      ...(sourceIps.length === 0 ? {} : { NotIpAddress: { "aws:SourceIp": oneOrMany(sourceIps) } }),
      ...(vpcEndpoints.length + vpcs.length === 0
        ? {}
        : {
            StringNotEquals: {
              ...(vpcs.length === 0 ? {} : { "aws:SourceVpc": oneOrMany(vpcs) }),
              ...(vpcEndpoints.length === 0 ? {} : { "aws:SourceVpce": oneOrMany(vpcEndpoints) }),
            },
          }),
    }),
  ];
}
