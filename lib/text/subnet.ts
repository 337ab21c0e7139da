import { BlockList, isIP } from "node:net";

/** True if an IP address is in a subnet (`10.0.0.0/8`, `fc00::/7`). Addresses of the two versions are in none of the other. */
export function inSubnet(address: string, subnet: string): boolean {
  const [network = "", bits = ""] = subnet.split("/");
  const family = isIP(network) === 4 ? "ipv4" : "ipv6";
  if (isIP(network) === 0 || isIP(network) !== isIP(address)) return false;
  if (Number(bits) > (family === "ipv4" ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family);
  return list.check(address, family);
}
