import { policyProblems } from "../lib/home/home-policies";
import { resolveStateHome } from "../lib/home/resolve";
import { stateConfig } from "../state.config";
import { goldenFiles } from "./support/golden";

const home = resolveStateHome(stateConfig);
const files = goldenFiles(home);

describe("the config of the repository", () => {
  it("has no problem that AWS would find", async () => {
    expect(await policyProblems(home)).toEqual([]);
  });

  it("makes these files and no others", () => {
    expect(files.map(([path]) => path)).toMatchSnapshot();
  });

  it.each(files)("%s", (_path, content) => {
    expect(content).toMatchSnapshot();
  });
});
