import { passingProgress } from "../../../cli/screen/terminal-progress";

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A step that takes so many milliseconds. */
function step(milliseconds: number) {
  return async (say: (text: string) => void): Promise<string> => {
    say("1000 objects");
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return "done";
  };
}

async function shownFor(milliseconds: number): Promise<string[]> {
  const shown: string[] = [];
  const result = passingProgress({ status: (text) => void shown.push(text) })("List the bucket", step(milliseconds));
  await jest.advanceTimersByTimeAsync(milliseconds);
  expect(await result).toBe("done");
  return shown;
}

it("a step that ends within a second shows nothing", async () => {
  expect(await shownFor(990)).toEqual([]);
});

it("a longer one shows what it does and for how long, and takes that away", async () => {
  expect([...new Set(await shownFor(2_300))]).toEqual([
    "… List the bucket: 1000 objects (1 s)",
    "… List the bucket: 1000 objects (2 s)",
    "",
  ]);
});

it("a failed step leaves nothing on the screen", async () => {
  const shown: string[] = [];
  const failing = passingProgress({ status: (text) => void shown.push(text) })("It", async (say) => {
    await step(1_200)(say);
    throw new Error("no");
  });
  const failed = failing.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(await failed).toEqual(new Error("no"));
  expect(shown.at(-1)).toBe("");
  expect(shown.filter((text) => text !== "")).toHaveLength(1);
});

it("where nobody looks nothing is shown", async () => {
  const result = passingProgress({ status: undefined })("It", step(5_000));
  await jest.advanceTimersByTimeAsync(5_000);
  expect(await result).toBe("done");
});
