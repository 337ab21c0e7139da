import fc from "../support/fuzz";
import { encodedLock, NO_TIME, parseLockInfo, type LockInfo } from "../../lib/lock/lock-info";
import recorded from "./fixtures/go-lock-info.json";
import { lockBody } from "../../lab/memory/memory-s3";

it("reads a lock as Terraform writes it", () => {
  expect(parseLockInfo(lockBody("24ee"))).toMatchObject({ ID: "24ee", Who: "ci@runner-7" });
});

it.each([
  "",
  "[]",
  "{",
  '{"ID":1}',
  '{"ID":1,"ID":"a"}',
  '{"ID":{}}',
  '"text"',
  "7",
  "\ufeff{}",
  '{"ID":"a"} x',
  '{"Created":""}',
  '{"Created":"2026-02-29T10:00:00Z"}',
  '{"Created":"2026-11-23 10:00:00Z"}',
  '{"Created":"2026-11-23T10:00:00+24:00"}',
])("%j is no lock", (text) => {
  expect(parseLockInfo(text)).toBeUndefined();
});

it.each<[string, Partial<LockInfo>]>([
  ["{}", {}],
  ["null", {}],
  ['{"ID":null,"Who":"a@b"}', { Who: "a@b" }],
  [
    '{"id":"a","OPERATION":"b","created":"2024-02-29T10:00:00.123456789+01:00"}',
    { ID: "a", Operation: "b", Created: "2024-02-29T10:00:00.123456789+01:00" },
  ],
  ['{"ID":"a","id":"b","ID":"c","ID":null,"Other":[{"ID":"d"}]}', { ID: "c" }],
  ['{"Ver\u017fion":"1"}', { Version: "1" }],
])("%s is read as Go reads it", (text, fields) => {
  expect(parseLockInfo(text)).toEqual({
    ...{ ID: "", Operation: "", Info: "", Who: "", Version: "", Created: NO_TIME, Path: "" },
    ...fields,
  });
});

it("a body is read to the depth that Go reads", () => {
  const nested = (levels: number): string => `{"Other":${"[".repeat(levels)}${"]".repeat(levels)},"ID":"a"}`;
  expect(parseLockInfo(nested(9_999))?.ID).toBe("a");
  expect(parseLockInfo(nested(10_000))).toBeUndefined();
});

it("whatever the body is, reading it does not throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => parseLockInfo(text)).not.toThrow();
    }),
  );
});

describe("a lock that Statelock writes", () => {
  /** Written by Go 1.26's encoding/json, which wrote the same text again once it had read it. */
  it.each(recorded)("is exactly what Go writes ($lock.Info, $lock.Created)", ({ lock, written }) => {
    expect(encodedLock(lock)).toBe(written);
  });

  it("is read as it was meant, but for halves of characters, and is written in the same way again", () => {
    const text = fc.string({ unit: "binary" });
    const lock = fc.record({ ID: text, Operation: text, Info: text, Who: text, Version: text, Path: text });
    fc.assert(
      fc.property(
        lock,
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") }),
        (fields, at) => {
          const given = { ...fields, Created: at.toISOString() };
          const read = parseLockInfo(encodedLock(given));
          expect(new Date(read?.Created ?? "")).toEqual(at);
          expect({ ...read, Created: "" }).toEqual({ ...given, Created: "" });
          expect(encodedLock(read ?? given)).toBe(encodedLock(given));
        },
      ),
    );
  });

  it("holds no half of a character", () => {
    const lock = { ...(recorded[0]?.lock as LockInfo), Info: "a\ud800b\udc00" };
    expect(parseLockInfo(encodedLock(lock))?.Info).toBe("a\ufffdb\ufffd");
  });
});
