import type * as Colors from "../../../cli/screen/colors";
import { colorsFor } from "../../../cli/screen/colors";

describe("colorsFor", () => {
  it.each([
    ["a terminal", { isTTY: true }, {}, true],
    ["a terminal that shows none", { isTTY: true }, { TERM: "dumb" }, false],
    ["a terminal of somebody who wants none", { isTTY: true }, { NO_COLOR: "1" }, false],
    ["a terminal where NO_COLOR is empty", { isTTY: true }, { NO_COLOR: "" }, true],
    ["a pipe or a file", {}, {}, false],
  ])("for %s", (_case, destination, environment, colored) => {
    expect(colorsFor(destination, environment).isColorSupported).toBe(colored);
  });

  it("returns no colours in a CI system, which is not a terminal", () => {
    const environment = jest.replaceProperty(process, "env", { ...process.env, CI: "true" });
    jest.isolateModules(() => {
      const inCi = jest.requireActual<typeof Colors>("../../../cli/screen/colors");
      expect(inCi.colorsFor({}, {}).isColorSupported).toBe(false);
    });
    environment.restore();
  });
});
