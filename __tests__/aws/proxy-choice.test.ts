import { proxyFor } from "../../lib/aws/proxy-choice";

const PROXIES = { HTTP_PROXY: "http://plain:3128", HTTPS_PROXY: "http://tunnel:3128" };

/** The proxy of a URL; undefined for a direct request. */
function chosen(url: string, environment: NodeJS.ProcessEnv): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const secure = protocol === "https:";
  return proxyFor({ secure, host: hostname, port: Number(port || (secure ? 443 : 80)) }, environment)?.given;
}

it("the scheme of the store decides between HTTP_PROXY and HTTPS_PROXY", () => {
  expect(chosen("http://s3.example", PROXIES)).toBe("http://plain:3128");
  expect(chosen("https://s3.example", PROXIES)).toBe("http://tunnel:3128");
  expect(chosen("https://s3.example", { HTTP_PROXY: "http://plain:3128" })).toBeUndefined();
});

it("a name in small letters counts, and one in capitals wins, as in the engines", () => {
  expect(chosen("https://s3.example", { https_proxy: "http://small:1" })).toBe("http://small:1");
  expect(chosen("https://s3.example", { https_proxy: "http://small:1", HTTPS_PROXY: "" })).toBe("http://small:1");
  expect(chosen("https://s3.example", { https_proxy: "http://small:1", HTTPS_PROXY: "http://big:1" })).toBe(
    "http://big:1",
  );
  expect(chosen("https://s3.example", { ...PROXIES, no_proxy: "s3.example" })).toBeUndefined();
});

it.each(["http://localhost:9000", "http://127.0.0.1:9000", "http://127.3.2.1", "https://[::1]:9000"])(
  "%s is never asked through a proxy",
  (url) => {
    expect(chosen(url, PROXIES)).toBeUndefined();
  },
);

it.each([
  ["*", "https://s3.example", true],
  ["a.example, *", "https://s3.example", true],
  ["example", "https://s3.example", true],
  ["s3.example", "https://bucket.s3.example", true],
  [".example", "https://s3.example", true],
  [".s3.example", "https://s3.example", false],
  ["*.example", "https://s3.example", true],
  ["s3*", "https://s3.example", false],
  ["3.example", "https://s3.example", false],
  ["S3.Example", "https://s3.EXAMPLE", true],
  ["a.example, s3.example ,", "https://s3.example", true],
  ["", "https://s3.example", false],
  [",", "https://s3.example", false],
  ["s3.example:443", "https://s3.example", true],
  ["s3.example:9000", "https://s3.example", false],
  ["s3.example:9000", "http://s3.example:9000", true],
  ["10.0.0.7", "http://10.0.0.7:9000", true],
  ["10.0.0.7:9000", "http://10.0.0.7:9000", true],
  ["10.0.0.7:9001", "http://10.0.0.7:9000", false],
  ["10.0.0.0/8", "http://10.0.0.7:9000", true],
  ["10.0.0.0/33", "http://10.0.0.7:9000", false],
  ["11.0.0.0/8", "http://10.0.0.7:9000", false],
  ["fd00::/8", "http://[fd00::7]:9000", true],
  ["fd00::7", "http://[fd00::7]:9000", true],
  ["[fd00::7]:9000", "http://[fd00::7]:9000", true],
  ["[fd00::7]:9001", "http://[fd00::7]:9000", false],
])("NO_PROXY=%j exempts %s: %s", (list, url, expected) => {
  expect(chosen(url, { ...PROXIES, NO_PROXY: list }) === undefined).toBe(expected);
});
