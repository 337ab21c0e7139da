import { narrator } from "../../demo/narrator";

it("the summary of the demo marks what was left out with a dash, never as done", () => {
  const written: string[] = [];
  const write = jest.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
  const tell = narrator({ NO_COLOR: "1" });
  tell.keep("bucket", "deployed");
  tell.leaveOut("demo stack", "its init failed");
  tell.summary();
  write.mockRestore();
  expect(written.join("").split("\n").slice(2, 4)).toEqual([
    "   ✔ bucket      deployed",
    "   – demo stack  left out: its init failed",
  ]);
});
