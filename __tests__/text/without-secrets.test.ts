import { withoutSecrets } from "../../lib/text/without-secrets";

const C = "wJalrXUtnFEMI-canary";

it.each([
  `secret_key = "${C}"`,
  `secret_key = '${C}'`,
  `secret_key = "a\\"${C}"`,
  `{"access_key": "${C}"}`,
  `run = "{\\"secret_key\\": \\"${C}\\"}"`,
  `-backend-config="secret_key=${C}"`,
  `-backend-config=token=${C}`,
  `export AWS_SECRET_ACCESS_KEY=${C}`,
  `AWS_SESSION_TOKEN: ${C}`,
  `# sas_token = "${C}"`,
  `sas = "?sv=2024&sig=${C}"`,
  `https://x.blob.core.windows.net/c?sv=1&sig=${C}`,
  `https://b.s3.amazonaws.com/k?X-Amz-Signature=${C}&X-Amz-Security-Token=${C}`,
  `client_secret => "${C}"`,
  `endpoint = "https://ana:${C}@minio.example.com"`,
  `endpoint = "http://${C}@minio.example.com:9000"`,
  `password: '${C}'`,
  `{"accessKey": "${C}", "secretAccessKey": "${C}"}`,
  `Proxy-Authorization: Basic ${C}`,
  `Authorization: Bearer ${C}`,
])("hides the credential in %s", (text) => {
  expect(withoutSecrets(text)).not.toContain("canary");
});

it.each([
  "token = var.token",
  'secret_key = "${local.key}"',
  "secret_key = $SECRET",
  'access_key = ""',
  'key = "app/terraform.tfstate"',
  "s3://acme-tfstate/a@b/terraform.tfstate",
  "ssh://git@example.com/z",
  "tokens and passwords stay",
])("leaves %s as it is", (text) => {
  expect(withoutSecrets(text)).toBe(text);
});

it("the time grows with the length of the text", () => {
  for (const part of ["token", "a://", "secret_key ", '\\"', "x-", "sig=", "AKIA", "Authorization:Basic "])
    expect(withoutSecrets(part.repeat(200_000)).length).toBeGreaterThan(0);
});
