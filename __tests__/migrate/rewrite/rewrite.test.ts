import { moved, planned } from "../../support/fleet";
import { places } from "../../support/home";

async function rewritten(text: string, to: "both" | "lockfile", path = "main.tf"): Promise<string | undefined> {
  return (await moved({ [path]: text }, { to }))[path];
}

const DYNAMODB = `terraform {
  backend "s3" {
    bucket         = "acme"
    key            = "app" # where
    dynamodb_table = "locks"
    region         = "eu-central-1"
  }
}
`;

describe("to both", () => {
  it("adds use_lockfile below the table, in its column", async () => {
    expect(await rewritten(DYNAMODB, "both")).toBe(
      DYNAMODB.replace('"locks"\n', '"locks"\n    use_lockfile   = true\n'),
    );
  });

  it.each([
    ["false", "true"],
    ["null", "true"],
    ['"false"', "true"],
  ])("turns use_lockfile = %s on where it stands", async (before, after) => {
    const text = (value: string): string =>
      DYNAMODB.replace("    bucket ", `    use_lockfile   = ${value} # now\n    bucket `);
    expect(await rewritten(text(before), "both")).toBe(text(after));
  });

  it("leaves use_lockfile given as text alone: Terraform converts it", async () => {
    const text = DYNAMODB.replace("    bucket ", '    use_lockfile   = "true"\n    bucket ');
    expect((await planned({ "main.tf": text }, { to: "both" })).moves).toEqual([]);
  });

  it.each([
    ["CRLF", (text: string) => text.replaceAll("\n", "\r\n")],
    ["tabs", (text: string) => text.replaceAll("    ", "\t\t").replace(/ +=/g, "\t=")],
    ["no newline at the end", (text: string) => text.trimEnd()],
    ["a byte order mark", (text: string) => `\ufeff${text}`],
    ["no space at the equal sign", (text: string) => text.replace(/ += /g, "=")],
  ])("keeps %s", async (_what, dress) => {
    const expected = DYNAMODB.replace('"locks"\n', '"locks"\n    use_lockfile   = true\n');
    expect(await rewritten(dress(DYNAMODB), "both")).toBe(dress(expected));
  });

  it("makes several lines of a block of one line, which may hold one argument", async () => {
    const text = 'terraform {\r\n  backend "s3" { dynamodb_table = "t" } # short\r\n}\r\n';
    const rest = 'bucket = "b"\nkey = "k"\n';
    const after = await moved({ "main.tf": text, "x.tfbackend": rest }, { to: "both" });
    expect(after).toEqual({
      "main.tf":
        'terraform {\r\n  backend "s3" {\r\n    dynamodb_table = "t"\r\n    use_lockfile   = true\r\n  } # short\r\n}\r\n',
      "x.tfbackend": rest,
    });
  });

  it("edits the file that holds the table", async () => {
    const fleet = {
      "app/main.tf": 'terraform {\n  backend "s3" {\n    key = "app"\n  }\n}\n',
      "app/env/prod.tfbackend": 'bucket="b"\ndynamodb_table="t"',
    };
    expect(await moved(fleet, { to: "both" })).toEqual({
      ...fleet,
      "app/env/prod.tfbackend": 'bucket="b"\ndynamodb_table="t"\nuse_lockfile=true',
    });
  });
});

describe("to lockfile", () => {
  const both = DYNAMODB.replace('"locks"\n', '"locks"\n    use_lockfile   = true\n');

  it("takes the table out and closes the column", async () => {
    expect(await rewritten(both, "lockfile")).toBe(`terraform {
  backend "s3" {
    bucket       = "acme"
    key          = "app" # where
    use_lockfile = true
    region       = "eu-central-1"
  }
}
`);
  });

  it("leaves a column alone that terraform fmt would not have made", async () => {
    const text = both.replace("bucket         =", "bucket          =");
    expect(await rewritten(text, "lockfile")).toBe(text.replace('    dynamodb_table = "locks"\n', ""));
  });

  it("keeps every comment of what goes", async () => {
    const text = both.replace('dynamodb_table = "locks"', '/* a */ dynamodb_table /* b */ = /* c */ "locks" # d');
    expect(await rewritten(text, "lockfile")).toContain("    /* a */ /* b */ /* c */ # d\n    use_lockfile");
  });

  it.each([
    ['{ dynamodb = "d", s3 = "s" }', '{ s3 = "s" }'],
    ['{ s3 = "s", dynamodb = "d" }', '{ s3 = "s" }'],
    ['{ s3 = "s", dynamodb = "d", iam = "i" }', '{ s3 = "s", iam = "i" }'],
    ['{ "dynamodb" : "d", s3 : "s" }', '{ s3 : "s" }'],
    ['{\n      dynamodb = "d"\n      s3       = "s"\n    }', '{\n      s3 = "s"\n    }'],
    ['{\n      s3       = "s",\n      dynamodb = "d",\n    }', '{\n      s3 = "s",\n    }'],
    ['{\n      dynamodb = "d" # gone\n      s3       = "s"\n    }', '{\n      # gone\n      s3 = "s"\n    }'],
    ['{\n      s3 = "s", dynamodb = "d"\n    }', '{\n      s3 = "s"\n    }'],
    ['{\n      dynamodb = "d", s3 = "s"\n    }', '{\n      s3 = "s"\n    }'],
    ['{\n      dynamodb = "d", /* why */ s3 = "s"\n    }', '{\n      /* why */ s3 = "s"\n    }'],
  ])("takes the table's endpoint out of %j", async (before, after) => {
    const text = (endpoints: string): string =>
      both.replace("    region ", `    endpoints = ${endpoints}\n    region `);
    expect((await rewritten(text(before), "lockfile"))?.replace(/ +=/g, " =")).toContain(
      `    endpoints = ${after}\n    region =`,
    );
  });

  it("takes endpoints out where the table's is the only one", async () => {
    const text = both.replace("    region ", '    endpoints = {\n      dynamodb = "d" # e\n    }\n    region ');
    const after = await rewritten(text, "lockfile");
    expect(after).not.toContain("endpoints");
    expect(after).toContain("    # e\n    region");
  });

  it("takes the flat endpoint out, also where it is the last line of a partial file", async () => {
    const fleet = {
      "main.tf": 'terraform {\n  backend "s3" {}\n}\n',
      "a.tfbackend": 'bucket = "b"\nkey = "k"\nuse_lockfile = true\ndynamodb_table = "t"\ndynamodb_endpoint = "e"',
    };
    const after = await moved(fleet, { to: "lockfile" });
    expect(after["a.tfbackend"]).toBe('bucket = "b"\nkey = "k"\nuse_lockfile = true');
  });

  it("takes the table out of readers, whatever it is set to, and leaves the rest of them", async () => {
    const reader = (config: string): string =>
      `data "terraform_remote_state" "net" {\n  backend = "s3"\n  config = {\n    bucket = var.b\n${config}    key = "net"\n  }\n}\n`;
    const fleet = { "main.tf": reader("    dynamodb_table = var.table\n    use_lockfile = true\n") };
    expect(await moved(fleet, { to: "lockfile" })).toEqual({ "main.tf": reader("    use_lockfile = true\n") });
  });
});

describe("JSON syntax", () => {
  const text = (inner: string): string => `{"terraform": {"backend": {"s3": {${inner}}}}}`;

  it.each([
    [
      '"key": "k", "bucket": "b", "dynamodb_table": "t"',
      '"key": "k", "bucket": "b", "dynamodb_table": "t", "use_lockfile": true',
    ],
    [
      '\r\n\t"dynamodb_table":"t",\r\n\t"key":"k",\r\n\t"bucket":"b"\r\n',
      '\r\n\t"dynamodb_table":"t",\r\n\t"use_lockfile":true,\r\n\t"key":"k",\r\n\t"bucket":"b"\r\n',
    ],
    [
      '"use_lockfile" : false, "key": "k", "bucket": "b", "dynamodb_table": "t"',
      '"use_lockfile" : true, "key": "k", "bucket": "b", "dynamodb_table": "t"',
    ],
  ])("to both: %j", async (before, after) => {
    expect(await rewritten(text(before), "both", "x.tf.json")).toBe(text(after));
  });

  it.each([
    [
      '"dynamodb_table": "t", "//": "kept", "use_lockfile": true, "key": "k", "bucket": "b"',
      '"//": "kept", "use_lockfile": true, "key": "k", "bucket": "b"',
    ],
    [
      '"bucket": "b", "key": "k", "use_lockfile": true,\n  "dynamodb_table": "t"\n',
      '"bucket": "b", "key": "k", "use_lockfile": true\n',
    ],
    [
      '"bucket": "b", "key": "k", "use_lockfile": true, "endpoints": {"s3": "s", "dynamodb": "d"}, "dynamodb_table": "t"',
      '"bucket": "b", "key": "k", "use_lockfile": true, "endpoints": {"s3": "s"}',
    ],
  ])("to lockfile: %j", async (before, after) => {
    expect(await rewritten(text(before), "lockfile", "x.tofu.json")).toBe(text(after));
  });

  it("finds blocks written as lists", async () => {
    const listed = (inner: string): string => `[{"terraform": [{"backend": [{"s3": [{${inner}}]}]}]}]`;
    const before = '"key": "k", "bucket": "b", "dynamodb_table": "t"';
    expect(await rewritten(listed(before), "both", "x.tf.json")).toBe(listed(`${before}, "use_lockfile": true`));
  });
});

describe("leaves a file alone", () => {
  async function refusal(text: string, path = "main.tf"): Promise<string[]> {
    const { moves, refusals } = await planned({ [path]: text }, { to: "both" });
    expect(moves).toEqual([]);
    return refusals.flatMap(({ problems }) => places(problems));
  }

  it.each([
    ["a variable", DYNAMODB.replace('"acme"', "var.bucket"), "backend-expression main.tf:3 bucket"],
    ["a template", DYNAMODB.replace('"acme"', '"a-${var.env}"'), "backend-expression main.tf:3 bucket"],
    [
      "a call in an object",
      DYNAMODB.replace('"acme"', '"b"\n    assume_role = { role_arn = f() }'),
      "backend-expression main.tf:4 assume_role",
    ],
    [
      "a computed lock",
      DYNAMODB.replace("    region", "    use_lockfile = (true)\n    region"),
      "use-lockfile main.tf:6 use_lockfile",
    ],
    [
      "a lock that is no boolean",
      DYNAMODB.replace("    region", '    use_lockfile = "yes"\n    region'),
      "use-lockfile main.tf:6 use_lockfile",
    ],
    ["the oldest name", DYNAMODB.replace("dynamodb_table", "lock_table"), "legacy-argument main.tf:5 lock_table"],
    ["two backends", DYNAMODB + DYNAMODB, "duplicate-backend main.tf:10"],
    [
      "an old Terraform",
      DYNAMODB.replace("{\n", '{\n  required_version = "~> 1.9.0"\n'),
      "terraform-version main.tf:2 required_version",
    ],
    ["two arguments in one line", DYNAMODB.replace('"acme"\n ', '"acme" '), "unreadable-file main.tf:3"],
    [
      "an argument twice",
      DYNAMODB.replace("    region", '    key = "again"\n    region'),
      "repeated-argument main.tf:6 key",
    ],
  ])("%s", async (_what, text, problem) => {
    expect(await refusal(text)).toContain(problem);
  });

  it("an argument twice in JSON", async () => {
    const text =
      '{"terraform": {"backend": {"s3": {"bucket": "b", "key": "k", "dynamodb_table": "t", "dynamodb_table": "u"}}}}';
    expect(await refusal(text, "x.tf.json")).toEqual(["repeated-argument x.tf.json:1 dynamodb_table"]);
  });
});

it("OpenTofu may compute a backend: what locks is literal, so it is moved", async () => {
  const text = DYNAMODB.replace('"acme"', "var.bucket");
  expect(await rewritten(text, "both", "main.tofu")).toContain("use_lockfile   = true");
});
