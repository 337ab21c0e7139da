import { Command } from "commander";
import { addNamedCommands } from "../../../cli/options/named-commands";

describe("the commands of a run", () => {
  let made: string[];
  const makers = Object.fromEntries(
    ["list", "show"].map((name) => [
      name,
      () => {
        made.push(name);
        return new Command(name);
      },
    ]),
  );
  const namesFor = (args: readonly string[]): string[] =>
    addNamedCommands(new Command(), makers, args).commands.map((command) => command.name());

  beforeEach(() => (made = []));

  it("are the one that the arguments begin with: no other is made", () => {
    expect(namesFor(["show", "list"])).toEqual(["show"]);
    expect(made).toEqual(["show"]);
  });

  it("are an empty list for the help of the whole program", () => {
    expect(addNamedCommands(new Command(), makers, undefined).commands).toEqual([]);
    expect(made).toEqual([]);
  });

  it.each([[[]], [["--help"]], [["help", "show"]], [["lsit"]], [["constructor"]]])(
    "are all of them where the arguments are %j, so that help and a slip see every name",
    (args) => {
      expect(namesFor(args)).toEqual(["list", "show"]);
    },
  );
});
