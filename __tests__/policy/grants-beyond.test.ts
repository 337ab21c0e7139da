import fc from "../support/fuzz";
import { locksInDynamoDb, locksInS3, LOCKINGS } from "../../lib/policy/access-level";
import { listOf, policyDocument, type PolicyDocument, type Statement } from "../../lib/policy/policy-document";
import { grantsBeyond, type PolicyGrant } from "../../lib/policy/grants-beyond";
import { stateAccessPolicy } from "../../lib/policy/state-access-policy";
import { scopeAndLevel } from "../support/arbitraries";
import { allowedActions, type RequestContext } from "../support/iam";

function documentOf(grants: readonly PolicyGrant[]): PolicyDocument {
  return policyDocument(
    grants.map(({ actions, resources, condition }) => ({
      Sid: "Named",
      Effect: "Allow",
      Action: actions,
      Resource: resources,
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  );
}

function together(...documents: readonly PolicyDocument[]): PolicyDocument {
  return policyDocument(documents.flatMap(({ Statement }) => Statement));
}

/** A request that each statement allows: what it is on, and what it brings along. */
function requests({ Statement: statements }: PolicyDocument): { resource: string; context: RequestContext }[] {
  return statements.flatMap((statement) =>
    listOf(statement.Resource).flatMap((resource) =>
      contexts(statement).map((context) => ({ resource: plain(resource), context })),
    ),
  );
}

/** One for every value of the condition key that has most. */
function contexts({ Condition: condition = {} }: Statement): RequestContext[] {
  const tests = Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [key, operator === "Null" ? ["*"] : listOf(values)] as const),
  );
  const most = Math.max(1, ...tests.map(([, values]) => values.length));
  return Array.from({ length: most }, (_, at) =>
    Object.fromEntries(tests.map(([key, values]) => [key, plain(values[at % values.length] ?? "")])),
  );
}

function plain(pattern: string): string {
  return pattern.replaceAll("*", "x");
}

/** Every action with its resource and condition. */
function allowances(document: PolicyDocument): Set<string> {
  return new Set(
    document.Statement.flatMap(({ Action, Resource, Condition }) =>
      listOf(Action).flatMap((action) =>
        listOf(Resource).map((resource) => JSON.stringify([action, resource, Condition])),
      ),
    ),
  );
}

const change = fc.record({
  of: scopeAndLevel,
  from: fc.constantFrom(...LOCKINGS),
  to: fc.constantFrom(...LOCKINGS),
});

describe("what one policy grants beyond another", () => {
  it("gives, added to the other, at least all that the one gives", () => {
    fc.assert(
      fc.property(change, ({ of: { scope, level }, from, to }) => {
        const [old, next] = [from, to].map((locking) => stateAccessPolicy({ ...scope, locking }, level));
        if (old === undefined || next === undefined) throw new Error("two lockings make two policies");
        const sum = together(old, documentOf(grantsBeyond(next, old)));
        for (const { resource, context } of requests(next)) {
          expect(allowedActions(sum, resource, context)).toEqual(
            expect.arrayContaining(allowedActions(next, resource, context)),
          );
        }
        expect([...allowances(sum)]).toEqual(expect.arrayContaining([...allowances(next)]));
      }),
    );
  });

  it("names nothing that both grant, and nothing that the one does not", () => {
    fc.assert(
      fc.property(change, ({ of: { scope, level }, from, to }) => {
        const [old, next] = [from, to].map((locking) => stateAccessPolicy({ ...scope, locking }, level));
        if (old === undefined || next === undefined) throw new Error("two lockings make two policies");
        const named = allowances(documentOf(grantsBeyond(next, old)));
        expect([...named].filter((each) => allowances(old).has(each) || !allowances(next).has(each))).toEqual([]);
      }),
    );
  });

  it("is of DynamoDB only where a locking with it is left, and of locks only where one with them is reached", () => {
    fc.assert(
      fc.property(change, ({ of: { scope, level }, from, to }) => {
        const [old, next] = [from, to].map((locking) => stateAccessPolicy({ ...scope, locking }, level));
        if (old === undefined || next === undefined) throw new Error("two lockings make two policies");
        const text = JSON.stringify(grantsBeyond(next, old));
        const reached = (isIn: typeof locksInS3): boolean => isIn(to) && !isIn(from);
        expect(text.includes("dynamodb:")).toBe(reached(locksInDynamoDb));
        expect(text.includes(".tflock")).toBe(reached(locksInS3) && level !== "reader");
      }),
    );
  });

  it("counts what is granted on another condition as not granted", () => {
    const on = (key: string): PolicyDocument =>
      policyDocument([
        { Sid: "S", Effect: "Allow", Action: "a:Get", Resource: "one", Condition: { StringEquals: { key } } },
      ]);
    expect(grantsBeyond(on("x"), on("y"))).toEqual([
      { actions: ["a:Get"], resources: ["one"], condition: { StringEquals: { key: "x" } } },
    ]);
    expect(grantsBeyond(on("x"), on("x"))).toEqual([]);
  });

  it("keeps resources apart that lack different actions", () => {
    const statement = (Action: string | string[], Resource: string | string[]): PolicyDocument =>
      policyDocument([{ Sid: "S", Effect: "Allow", Action, Resource }]);
    expect(grantsBeyond(statement(["a:Get", "a:Put"], ["one", "two"]), statement("a:Get", "two"))).toEqual([
      { actions: ["a:Get", "a:Put"], resources: ["one"] },
      { actions: ["a:Put"], resources: ["two"] },
    ]);
  });
});
