import fc from "../support/fuzz";
import { NO_TIME, parseLockInfo, type LockInfo } from "../../lib/lock/lock-info";
import { lockBody } from "../../lab/memory/memory-s3";

it("a lock as Terraform writes it is read", () => {
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

it("whatever the body is, reading it does not throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => parseLockInfo(text)).not.toThrow();
    }),
  );
});
