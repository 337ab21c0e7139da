import { terraformArguments } from "../../lab/machine/terraform-arguments";

describe("terraformArguments", () => {
  it.each([
    ["init", "init -input=false -no-color"],
    ["apply saved.plan", "apply -input=false saved.plan -no-color"],
    ["-chdir=root plan -out=p", "-chdir=root plan -input=false -out=p -no-color"],
    ["init -input=true -migrate-state", "init -input=true -migrate-state -no-color"],
    ["state mv a b", "state mv a b -no-color"],
    ["workspace new blue", "workspace new blue -no-color"],
    ["force-unlock -force id", "force-unlock -force id -no-color"],
    ["version", "version -no-color"],
  ])("turns %s into %s", (given, expected) => {
    expect(terraformArguments(given.split(" ")).join(" ")).toBe(expected);
  });
});
