import { parsePlan } from "../../lib/programs/plan-summary";

function planOf(change: object, mode = "managed"): string {
  return JSON.stringify({ resource_changes: [{ address: "a.b", mode, type: "a", change }] });
}

function actionOf(actions: readonly string[], more: object = {}): string | undefined {
  return parsePlan(planOf({ actions, before: null, after: null, ...more })).changes[0]?.action;
}

describe("a plan's summary", () => {
  it("names what would happen to each managed resource", () => {
    expect(actionOf(["create"])).toBe("create");
    expect(actionOf(["update"])).toBe("update");
    expect(actionOf(["delete"])).toBe("delete");
    expect(actionOf(["delete", "create"])).toBe("replace");
    expect(actionOf(["create", "delete"])).toBe("replace");
    expect(actionOf(["forget"])).toBe("forget");
    expect(actionOf(["no-op"], { importing: { id: "x" } })).toBe("import");
  });

  it("leaves out what stays as it is, and data that is read", () => {
    expect(actionOf(["no-op"])).toBeUndefined();
    expect(parsePlan(planOf({ actions: ["read"], before: null, after: null }, "data")).changes).toEqual([]);
  });

  it("shows each attribute that changes, and no sensitive value", () => {
    const change = {
      actions: ["update"],
      before: { status: "Suspended", name: "same", secret: "old", token: "old" },
      after: { status: "Enabled", name: "same", secret: "new", token: "new" },
      before_sensitive: { token: true },
      after_sensitive: { secret: true },
    };
    expect(parsePlan(planOf(change)).changes[0]?.differences).toEqual([
      { attribute: "status", before: "Suspended", after: "Enabled" },
      { attribute: "secret", before: "(sensitive)", after: "(sensitive)" },
      { attribute: "token", before: "(sensitive)", after: "(sensitive)" },
    ]);
  });

  it("reports whether only outputs change", () => {
    expect(parsePlan(JSON.stringify({ output_changes: { a: { actions: ["no-op"] } } })).outputsChange).toBe(false);
    expect(parsePlan(JSON.stringify({ output_changes: { a: { actions: ["create"] } } })).outputsChange).toBe(true);
    expect(parsePlan("{}")).toEqual({ changes: [], outputsChange: false });
  });
});
