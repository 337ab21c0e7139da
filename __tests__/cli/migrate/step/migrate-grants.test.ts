import { createColors } from "picocolors";
import { noteGrants } from "../../../../cli/migrate/step/migrate-grants";
import type { GrantChange, PlannedGrants } from "../../../../lib/migrate/step/planned-grants";

function noted(planned: PlannedGrants): string {
  let text = "";
  const terminal = { colors: createColors(false), note: (line: string): unknown => (text += `${line}\n`) };
  noteGrants({ terminal } as unknown as Parameters<typeof noteGrants>[0], planned);
  return text;
}

const LOCK: GrantChange = {
  change: "needed",
  roots: ["net", "copy"],
  levels: ["planner", "applier"],
  grants: [
    {
      actions: ["s3:PutObject"],
      resources: ["arn:aws:s3:::b/k.tflock", "arn:aws:s3:::b/env:/*/k.tflock"],
      condition: { StringEquals: { "s3:if-none-match": "*" } },
    },
  ],
};

describe("the grants of a step, as text", () => {
  it("are grouped by what they are for, with roots and levels", () => {
    expect(noted({ grants: [LOCK], untold: [] })).toMatchInlineSnapshot(`
      "
      Grants, by the levels of docs/reference/policies.md (what roles are granted was not looked at)
        needed before the step, besides what is granted now:
          net, copy: planner, applier
            s3:PutObject
              on arn:aws:s3:::b/k.tflock
              on arn:aws:s3:::b/env:/*/k.tflock
              if {"StringEquals":{"s3:if-none-match":"*"}}
      "
    `);
  });

  it("of roots that differ in the key alone are one pattern", () => {
    const many = Array.from({ length: 49 }, (_, at) => ({
      ...LOCK,
      roots: [`root-${String(at)}`],
      grants: [
        {
          actions: ["s3:PutObject"],
          resources: [
            `arn:aws:s3:::b/live/${String(at)}/x.tflock`,
            `arn:aws:s3:::b/env:/*/live/${String(at)}/x.tflock`,
          ],
          condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`b/live/${String(at)}/x-md5`] } },
        },
      ],
    }));
    expect(noted({ grants: many, untold: [] }).split("\n").slice(3, -1)).toEqual([
      "    49 roots (<key> is the rest of the key of each): planner, applier",
      "      s3:PutObject",
      "        on arn:aws:s3:::b/live/<key>.tflock",
      "        on arn:aws:s3:::b/env:/*/live/<key>.tflock",
      '        if {"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["b/live/<key>-md5"]}}',
    ]);
  });

  it("of two roots are one pattern that names the key of each, so that a policy grants these keys alone", () => {
    const two = ["app/k", "net/k"].map((key) => ({
      ...LOCK,
      roots: [key.slice(0, 3)],
      grants: [{ actions: ["s3:PutObject"], resources: [`arn:aws:s3:::b/${key}.tflock`] }],
    }));
    expect(noted({ grants: two, untold: [] }).split("\n").slice(3, -1)).toEqual([
      "    app (<key> is app/k), net (<key> is net/k): planner, applier",
      "      s3:PutObject",
      "        on arn:aws:s3:::b/<key>.tflock",
    ]);
  });

  it("have no section if the list is empty", () => {
    expect(noted({ grants: [], untold: [] })).toBe("");
  });

  it("leave what is too long to --json, and never hide the other kind behind it", () => {
    const many = Array.from({ length: 25 }, (_, at) => ({
      ...LOCK,
      roots: [`root-${String(at)}`],
      grants: [{ actions: ["s3:PutObject"], resources: [`arn:aws:s3:::bucket-${String(at)}/k.tflock`] }],
    }));
    const text = noted({ grants: [...many, { ...LOCK, change: "unneeded", roots: ["last"] }], untold: [] });
    expect(text).toContain("… and 5 more: --json names them.");
    expect(text).toMatch(/not needed any more, .*\n {4}last: /);
  });

  it("say of which roots they are not known, and show no control characters", () => {
    const untold = [{ code: "place-unknown", path: "a/main.tf:2", message: "must say", fix: "Say it." }];
    expect(noted({ grants: [], untold })).toContain("place-unknown");
    expect(noted({ grants: [{ ...LOCK, roots: ["\u001b[31m"] }], untold: [] })).not.toContain("\u001b");
  });
});
