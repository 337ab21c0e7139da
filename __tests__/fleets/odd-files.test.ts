import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectFiles } from "../../lib/files/find-files";
import { scan, type Scan } from "../../lib/migrate/scan/scan";
import { parsers } from "../support/fleet";
import { scratch } from "../support/scratch";

const COMMAND = "terraform init -backend-config=dynamodb_table=locks\n";

/** A scan of a folder of files with these bytes, and of links to these targets. */
async function scannedFolder(
  files: Readonly<Record<string, Buffer>>,
  links: Readonly<Record<string, string>> = {},
): Promise<Scan> {
  const folder = scratch();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(folder, name));
  return scan(projectFiles(folder), await parsers(), ["."]);
}

it.each<[string, Buffer]>([
  ["UTF-16 as PowerShell writes it", Buffer.from(`\ufeff${COMMAND}`, "utf16le")],
  ["UTF-16, big end first", Buffer.from(`\ufeff${COMMAND}`, "utf16le").swap16()],
  ["Latin-1", Buffer.from(`# größer\n${COMMAND}`, "latin1")],
])("a script in %s is read", async (_, bytes) => {
  const { byHand } = await scannedFolder({ "init.ps1": bytes });
  expect(byHand?.map(({ table }) => table)).toEqual([{ value: "locks" }]);
});

it("what a killed run left beside a file is no file of the fleet", async () => {
  const name = "init.sh.0f6ef3a8-7f0e-4c0f-9d4b-0d8a4c1c2b3a";
  const { byHand, hints } = await scannedFolder({
    [`.${name}.tmp`]: Buffer.from(COMMAND),
    [name]: Buffer.from(COMMAND),
  });
  expect([byHand, hints]).toEqual([[], []]);
});

it("a file that is no text is nothing, whatever its name", async () => {
  const { problems, hints } = await scannedFolder({ image: Buffer.from(`\0${COMMAND}`), "x.sh": Buffer.from([0, 1]) });
  expect([problems, hints]).toEqual([[], []]);
});

it("a link of any name that leads nowhere is nothing, one that leads out is a hint, and one in place of a root is a problem", async () => {
  const links = { result: "/gone", circle: "circle", other: "/etc/hostname", "main.tf": "/gone" };
  const { problems, hints } = await scannedFolder({}, links);
  expect(problems.map(({ path }) => path)).toEqual(["main.tf"]);
  expect(hints?.map(({ path }) => path)).toEqual(["other"]);
});
