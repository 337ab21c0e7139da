import type { Page } from "./page";
import { SEEN_STORES, STORE_RUNS } from "./stores-seen";

/** Returns the page that lists what Statelock and the engines need of a store, and what each store did. */
export function storesPage(): Page {
  const rows = SEEN_STORES.map(({ store, taking, again, overwriting, releasing, versions, verify }) =>
    [store, taking, again, overwriting, releasing, versions, verify].join(" | "),
  );
  const runs = STORE_RUNS.map(({ store, date, result }) => `| ${store} | ${date} | ${result} |`);
  return {
    path: "docs/reference/stores.md",
    content: [INTRODUCTION, ...rows.map((row) => `| ${row} |`), RUNS, ...runs, END].join("\n"),
  };
}

const INTRODUCTION = `# Stores

Terraform, OpenTofu and Statelock work on AWS S3. Other stores that speak S3 differ in what they honour. \`npm run docs\` writes this
page.

## What is needed

| condition                                                   | who needs it                           | check of \`statelock verify\` |
| ----------------------------------------------------------- | -------------------------------------- | --------------------------- |
| a write with \`If-None-Match: *\` has one winner              | every lock of Terraform and OpenTofu   | \`lock-probe\`                |
| the same write succeeds again after the object was deleted  | every lock of Terraform and OpenTofu   | \`lock-again\`                |
| a delete with \`If-Match\` of another ETag is refused         | releases of Statelock without versions | \`lock-release\`              |
| a write with \`If-Match\` is accepted for the right ETag only | \`history restore\`                      | none: \`restore\` asks itself |
| the bucket keeps versions                                   | \`history\`; releases of Statelock       | \`versioning\`                |

Statelock is on AWS if no other S3 endpoint is set, or if the endpoint's host ends in \`amazonaws.com\`, \`amazonaws.com.cn\` or \`amazonaws.eu\`. Elsewhere it finds out what the
store honours before it locks a state, once in a run, on a key below \`.statelock/\`. A command that needs more than the store honours
refuses before it locks anything ([problems](problems.md): \`store-unfit\`, \`release-unproven\`, \`lock-key-refused\`, \`no-versions\`).
If your endpoint is AWS under another name, such as a proxy's, set \`STATELOCK_STORE=aws\`.

## What stores did

Measured in November 2026 on servers on the same machine, with 16 to 24 takers at once: SeaweedFS with \`statelock verify\`, the other
servers with the AWS CLI and boto3, so their last column follows from the others. A newer version may differ: run
\`statelock verify\` with \`--bucket\` and \`--endpoint-url\` on yours.

| store | one winner | again after a release | write with \`If-Match\` | delete with another ETag | versions | \`verify --bucket\` |
| --- | --- | --- | --- | --- | --- | --- |`;

const RUNS = `
The suite \`__tests__/e2e/locks/real-store.test.ts\` first measures a store with plain requests, and then expects of each command what
they showed. \`STATELOCK_TEST_STORE=URL\` runs it against yours. It ran against:

| store | date | result |
| --- | --- | --- |`;

const END = `
Do not keep a state on a store where several takers win: two runs at once then write one state, and no tool notices.
A store that refuses a released lock key for good needs an update, or another store. Until then, delete the delete marker of the lock
by its version ID: that frees the key once.

## What an answer means

Each of these is exit code 2, never "fine", and Statelock does not wait for it to change.

| answer | cause | next step |
| --- | --- | --- |
| 200 with HTML, other XML or nothing, also to a write | a console, a login page or a proxy answers | correct the endpoint |
| 301, 307, \`AuthorizationHeaderMalformed\`, 400 with a region | another region or endpoint | correct the region or the endpoint |
| \`RequestTimeTooSkewed\` | the clock of this machine | set the clock |
| \`XAmzContentSHA256Mismatch\`, \`InvalidChecksum\`, \`MissingContentMD5\`, 501 for \`x-amz-checksum\` | the store does not take newer checksums | \`AWS_REQUEST_CHECKSUM_CALCULATION=when_required\`; \`skip_s3_checksum\` in the backend |
| 403 | no permission, or a bucket of another account than the run names | grant the action, or correct the account |
| other 501 | the store does not implement the request | a newer store, or another one |

## Proxies and certificates

Statelock sends its requests as Terraform and OpenTofu do:

- through the proxy of \`HTTPS_PROXY\` or \`HTTP_PROXY\`, by the scheme of the store's endpoint. A proxy has an \`http://\` or \`https://\` URL.
- directly to a host in \`NO_PROXY\`: a domain with its subdomains, \`.domain\` for the subdomains alone, an address, a network such as
  \`10.0.0.0/8\`, or \`*\`; each may have a port. A loopback address is always asked directly. Names in small letters count too.
- trusting the certificates of \`AWS_CA_BUNDLE\`, otherwise of \`ca_bundle\` in the profile of the AWS config file.
- to the endpoint that a profile sets with \`endpoint_url\` or a \`services\` section, unless a backend, an option or the environment names one.

A backend may set \`http_proxy\`, \`https_proxy\`, \`no_proxy\` and \`custom_ca_bundle\` itself. If they differ from the environment, \`migrate\` does
not ask that root's store (\`network-unknown\`). With \`--as-backend\` it goes the backend's way. A backend with \`http_proxy\` must also
set \`https_proxy\`, at least to an empty text: otherwise Terraform sends \`https\` requests to the proxy, and OpenTofu does not.

If a proxy does not answer or refuses, the problem \`aws-call\` names the proxy without its password, and the exit code is 2.
`;
