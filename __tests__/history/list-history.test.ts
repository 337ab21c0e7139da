import { listHistory } from "../../lib/history/list-history";
import type { VersionReport } from "../../lib/history/history-report";
import { FakeHistory } from "../support/fake-history";
import { stateText } from "../support/state-text";

async function list(
  store: FakeHistory,
  limit = 100,
): Promise<{ lines: string[]; older: number; versions: VersionReport[] }> {
  const { versions, older } = await listHistory(store, { stateKey: "k", limit, onRead: () => undefined });
  const change = ({ change: found }: VersionReport): string =>
    found === null
      ? "?"
      : `+${String(found.added)} ~${String(found.changed)} -${String(found.removed)} o${String(found.outputs)}`;
  const lines = versions.map(
    (version) => `${version.versionId} ${version.kind} ${String(version.serial)} ${change(version)}`,
  );
  return { lines, older, versions };
}

const one = { name: "one" };
const two = { name: "two" };

it("every version is compared with the one before it; what cannot be read is shown as such", async () => {
  const store = new FakeHistory([
    stateText({ serial: 1, instances: [one] }),
    stateText({ serial: 2, instances: [one, two] }),
    "CANARY-SECRET",
    stateText({ serial: 3, instances: [two], outputs: { a: { value: "1" } } }),
    undefined,
    stateText({ serial: 4, instances: [two] }),
    stateText({ serial: 5, instances: [{ ...two, status: "tainted" }] }),
  ]);
  store.unreadable.add("v2");
  const { lines, versions } = await list(store);
  expect(lines).toEqual([
    "v7 state 5 +0 ~1 -0 o0",
    "v6 state 4 +1 ~0 -0 o0",
    "v5 delete-marker null ?",
    "v4 state 3 ?",
    "v3 no-state null ?",
    "v2 unreadable null ?",
    "v1 state 1 +1 ~0 -0 o0",
  ]);
  expect(versions.flatMap(({ problem }) => problem ?? [])).toEqual([
    "must be a state, but it is not a JSON object",
    "must answer, got 500",
  ]);
});

it("an encrypted state is shown with the serial and lineage that it has in clear", async () => {
  const store = new FakeHistory([
    stateText({ serial: 1 }),
    JSON.stringify({ serial: 2, lineage: "l", encrypted_data: "CANARY-SECRET" }),
  ]);
  const [newest] = (await list(store)).versions;
  expect(newest).toMatchObject({ kind: "no-state", encrypted: true, serial: 2, lineage: "l", resources: null });
  expect(newest?.notes).toEqual(["it has another lineage than the version before: it is another state"]);
});

it("the last that is shown is compared with the first that is not", async () => {
  const store = new FakeHistory([1, 2, 3].map((serial) => stateText({ serial, instances: serial === 1 ? [] : [one] })));
  expect(await list(store, 1)).toMatchObject({ lines: ["v3 state 3 +0 ~0 -0 o0"], older: 2 });
  expect(await list(store, 2)).toMatchObject({ lines: ["v3 state 3 +0 ~0 -0 o0", "v2 state 2 +1 ~0 -0 o0"], older: 1 });
  expect(await list(store, 3)).toMatchObject({ older: 0 });
  expect(store.calls.slice(0, 2)).toEqual(["read v3", "read v2"]);
});

it("notes a change that Terraform never makes by itself", async () => {
  const store = new FakeHistory([
    stateText({ serial: 5 }),
    stateText({ serial: 5 }),
    stateText({ serial: 6, lineage: "99999999-2222-3333-4444-555555555555" }),
  ]);
  const { versions } = await list(store);
  expect(versions.map(({ notes }) => notes)).toEqual([
    ["it has another lineage than the version before: it is another state"],
    ["its serial is not above the serial before, 5"],
    [],
  ]);
});

it("a thousand versions are read a few at a time, in order", async () => {
  const store = new FakeHistory(Array.from({ length: 1_000 }, (_, serial) => stateText({ serial })));
  const read = store.read.bind(store);
  let running = 0;
  let most = 0;
  store.read = async (key, versionId) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return read(key, versionId);
  };
  const { versions } = await list(store, 1_000);
  expect(versions.map(({ serial }) => serial)).toEqual(Array.from({ length: 1_000 }, (_, index) => 999 - index));
  expect(most).toBeLessThanOrEqual(6);
});
