import { isIP } from "node:net";
import { found, shown, type Problem } from "../../problem/problem";
import { inSubnet } from "../../text/subnet";
import type { GuardConfig, NetworkConfig } from "../state-config";
import { repeatProblems } from "./repeat-problems";

/** Networks that are not on the internet. Source: https://www.iana.org/assignments/iana-ipv4-special-registry */
const PRIVATE = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "224.0.0.0/3",
  "::/8",
  "fc00::/7",
  "fe80::/10",
  "ff00::/8",
];

/** Checks the networks from which requests may come. */
export function networkProblems({ network, deployers = [] }: GuardConfig): Problem[] {
  if (network === undefined) return [];
  const { sourceIps = [] } = network;
  return [
    ...found([
      Object.values(network).flat().length === 0 && {
        code: "network-perimeter",
        path: "network",
        message: `must name a network, got ${shown(network)}`,
        fix: "Name vpcEndpoints, vpcs or sourceIps, or remove it.",
      },
      deployers.length === 0 && {
        code: "guard-lock-out",
        path: "network",
        message: "must not be set without deployers, got none",
        fix: "Name the deploying role in bucket.guard.deployers: the guard lets it in from everywhere, so that you can correct a wrong network.",
      },
    ]),
    ...idProblems("vpcEndpoints", "vpce", network),
    ...idProblems("vpcs", "vpc", network),
    ...sourceIps.flatMap((block, index) => {
      const path = `network.sourceIps[${String(index)}]`;
      return [...blockProblems(block, path), ...repeatProblems(sourceIps, index, path)];
    }),
  ];
}

function idProblems(field: "vpcEndpoints" | "vpcs", prefix: string, network: NetworkConfig): Problem[] {
  const ids = network[field] ?? [];
  return ids.flatMap((id, index) => {
    const path = `network.${field}[${String(index)}]`;
    const isId = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(id);
    return [
      ...found([
        !isId && {
          code: "network-perimeter",
          path,
          message: `must be ${prefix}- and 8 or 17 hexadecimal digits, got ${shown(id)}`,
          fix: `Copy the ID from \`aws ec2 describe-${prefix === "vpc" ? "vpcs" : "vpc-endpoints"}\`.`,
        },
      ]),
      ...repeatProblems(ids, index, path),
    ];
  });
}

function blockProblems(block: string, path: string): Problem[] {
  const at = (message: string, fix: string): Problem[] => [{ code: "network-perimeter", path, message, fix }];
  const [address = "", length = "", ...rest] = block.split("/");
  const version = isIP(address);
  const most = version === 4 ? 32 : 128;
  const bits = Number(length);
  if (version === 0 || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length) || bits > most)
    return at(`must be a CIDR block, got ${shown(block)}`, "Use <address>/<bits>; 203.0.113.7/32 is one address.");
  if (isPrivate(block))
    return at(
      `must be public addresses, got ${shown(block)}`,
      "Name the VPC endpoint in vpcEndpoints, or the public address of the NAT gateway: S3 never sees a private address.",
    );
  if (bits === 0)
    return at(`must not hold every address, got ${shown(block)}`, "Name the addresses of your networks, or remove it.");
  if (version === 4 && numberOf(address) % 2 ** (32 - bits) !== 0)
    return at(
      `must begin with the first address of its block, got ${shown(block)}`,
      `Use ${shown(`${firstOf(address, bits)}/${length}`)}, or ${shown(`${address}/32`)} for one address.`,
    );
  return [];
}

/** True if the block overlaps a network that is not public. A block that holds everything is another mistake. */
function isPrivate(block: string): boolean {
  const [address = "", bits] = block.split("/");
  const overlaps = (subnet: string): boolean =>
    inSubnet(address, subnet) || inSubnet(subnet.slice(0, subnet.indexOf("/")), block);
  return bits !== "0" && PRIVATE.some(overlaps);
}

function numberOf(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function firstOf(address: string, bits: number): string {
  const number = numberOf(address);
  const first = number - (number % 2 ** (32 - bits));
  return [24, 16, 8, 0].map((shift) => String(Math.floor(first / 2 ** shift) % 256)).join(".");
}
