import { hideCredentials } from "../../../lib/migrate/rewrite/hide-credentials";
import { planJson } from "../../../cli/migrate/step/plan-json";
import { planDiff } from "../../../lib/migrate/step/plan-diff";
import { planned, scanned, type Fleet } from "../../support/fleet";

const CANARY = "wJalrXUtnFEMI-canary";

function native(credentials: string): string {
  return `terraform {
  backend "s3" {
    bucket         = "b"
    key            = "k"
    dynamodb_table = "t"
${credentials}  }
}
`;
}

const EVERY_KIND = `    access_key     = "AKIA-canary"
    secret_key     = "${CANARY}"
    token          = <<-EOT
      ${CANARY}
    EOT
    assume_role_with_web_identity = { web_identity_token = "${CANARY}" }
`;

const JSON_SYNTAX = JSON.stringify(
  { terraform: { backend: { s3: { bucket: "b", key: "j", secret_key: CANARY, dynamodb_table: "t" } } } },
  null,
  2,
);

/** The patch of the step to both, as it is shown. */
async function shown(fleet: Fleet): Promise<string> {
  const [plan, scan] = [await planned(fleet, { to: "both" }), await scanned(fleet)];
  const nameOf = (realPath: string): string => realPath.slice("/real/".length);
  const json = planJson(plan, scan, { grants: [], untold: [] }, nameOf);
  const diff = planDiff(plan, scan, nameOf);
  expect(json.moves.map((move) => move.diff).join("")).toBe(diff);
  return diff;
}

it("a patch shows no credential of a backend: in its context, in a line that moves, in JSON, in a partial file", async () => {
  const partial = `bucket = "b"\nkey = "p"\nsecret_key = "${CANARY}"\ndynamodb_table = "t"\n`;
  const diff = await shown({
    "a/main.tf": native(EVERY_KIND),
    "b/main.tf.json": JSON_SYNTAX,
    "c/main.tf": 'terraform {\n  backend "s3" {}\n}\n',
    "c/prod.tfbackend": partial,
  });
  expect(diff).not.toContain("canary");
  expect(diff.match(/\(hidden\)/g)?.length).toBeGreaterThanOrEqual(4);
  expect(diff.match(/^# Credentials are hidden here/gm)).toHaveLength(3);
});

it("a patch shows no credential beside the change: in a comment, in a URL, in another block", async () => {
  const beside = `    # secret_key = "${CANARY}"
    # access_key: AKIAIOSFODNN7EXAMPLE
    # see https://ana:${CANARY}@example.com/x, git::https://${CANARY}@example.com/y and ssh://git@example.com/z
    // token = ${CANARY}
`;
  const diff = await shown({ "a/main.tf": native(beside) });
  expect(diff).not.toMatch(/canary|AKIAIOSFODNN7EXAMPLE/);
  expect(diff).toContain("ssh://git@example.com/z");
  expect(diff).toContain("https://(hidden)@example.com/x");
});

it("references are no credentials, and long lines take no time", async () => {
  const scan = await scanned({ "a/main.tf": native("") });
  const hide = hideCredentials(scan);
  const fine = 'token = var.token\nsecret_key = "${local.key}"\naccess_key = null\n';
  expect(hide("/real/a/main.tf", fine)).toBe(fine);
  const long = `${"token".repeat(50_000)}${" ".repeat(100_000)}${"a://".repeat(50_000)}`;
  expect(hide("/real/a/main.tf", long)).toBe(long);
});

it("a patch that holds none is what `git apply` takes", async () => {
  const diff = await shown({ "a/main.tf": native("") });
  expect(diff).toMatch(/^--- a\/a\/main\.tf\n/);
  expect(diff).not.toContain("hidden");
});

it("takes only literal values for credentials", async () => {
  const scan = await scanned({
    "a/main.tf": 'terraform {\n  backend "s3" {\n    bucket = "b"\n    token = ""\n  }\n}\n',
  });
  expect(hideCredentials(scan)("/real/a/main.tf", 'token = ""')).toBe('token = ""');
});
