import fc from "../support/fuzz";
import { parseLockInfo } from "../../lib/lock/lock-info";
import { lockBody } from "../../lab/memory/memory-s3";

it("a lock as Terraform writes it is read", () => {
  expect(parseLockInfo(lockBody("24ee"))).toMatchObject({ ID: "24ee", Who: "ci@runner-7" });
});

it.each(["", "{}", "null", "[]", "{", '{"ID":1}', '"text"'])("%j is no lock", (text) => {
  expect(parseLockInfo(text)).toBeUndefined();
});

it("whatever the body is, reading it does not throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(() => parseLockInfo(text)).not.toThrow();
    }),
  );
});
