import { createColors } from "picocolors";
import { isConfirmed } from "../../../cli/screen/confirm";

const asked = (answer: string | undefined, yes = false): Promise<boolean> =>
  isConfirmed(
    {
      colors: createColors(false),
      interactive: answer !== undefined,
      note: () => undefined,
      status: undefined,
      ask: () => Promise.resolve(answer ?? ""),
    },
    { command: "statelock x", question: "? ", accepts: (text) => text === "yes", yes },
  );

it("a command goes on with the accepted answer or with --yes, and with nothing else", async () => {
  expect(await Promise.all([asked(" yes\n"), asked("y"), asked(""), asked(undefined, true)])).toEqual([
    true,
    false,
    false,
    true,
  ]);
});

it("a command that needs an answer is refused where nobody can give one", async () => {
  await expect(asked(undefined)).rejects.toMatchObject({
    kind: "unknown",
    problems: [{ code: "not-confirmed", path: "statelock x", fix: expect.stringContaining("--yes") as unknown }],
  });
});
