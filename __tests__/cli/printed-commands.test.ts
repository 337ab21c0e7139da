import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lockBody, startFakeS3 } from "../../lab/memory/memory-s3";
import { bucketFlags, runStatelock } from "../support/run-command";

const NPX = { npm_command: "exec" };

it("names the next command as the reader started the program", async () => {
  const { stderr } = await runStatelock(["locks", "list"], { environment: NPX });
  expect(stderr).toContain("Run `npx statelock synth`, name the file");
});

it("prints the commands for a lock as the reader started the program, in text and in JSON", async () => {
  const s3 = await startFakeS3();
  try {
    s3.put("app/terraform.tfstate.tflock", lockBody("A"));
    const show = ["locks", "show", "app/terraform.tfstate", ...bucketFlags(s3)];
    const { stdout: text } = await runStatelock(show, { environment: NPX });
    const { stdout: json } = await runStatelock([...show, "--json"], { environment: NPX });
    expect([text, json].map((each) => each.match(/\S+ statelock locks (wait|release)/g))).toEqual([
      ["npx statelock locks wait", "npx statelock locks release"],
      ['"npx statelock locks wait', '"npx statelock locks release'],
    ]);
  } finally {
    await s3.stop();
  }
});

it("never names the CDKTF CLI, which a project without CDKTF does not have", () => {
  const root = join(__dirname, "..", "..");
  const files = ["cli", "lib"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
  );
  const lines = files
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => readFileSync(join(root, file), "utf8").split("\n"))
    .filter((line) => !/^\s*(\*|\/\*|\/\/)/.test(line) && /\bcdktf (synth|deploy|diff|destroy)\b/.test(line));
  expect(lines).toEqual([]);
});
