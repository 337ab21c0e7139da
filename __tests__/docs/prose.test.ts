import { proseFindings } from "../../docs-tools/prose-findings";

async function linesOf(file: string, content: string): Promise<number[]> {
  return (await proseFindings(file, content)).map(({ line }) => line);
}

describe("the prose check", () => {
  it("finds a phrase of the word list in a page, and leaves code alone", async () => {
    const page =
      "# Locks\n\nThe state\nlies in a bucket.\n\n`lies in`\n\n```sh\necho anew\n```\n\n| what |\n| --- |\n| anew |\n";
    expect(await linesOf("page.md", page)).toEqual([4, 14]);
  });

  it("finds it in comments and text literals of a source file", async () => {
    const source = [
      "/** Returns",
      " * what is left. */",
      'export const a = "mend it anew";',
      "// `is told` is quoted",
      "export const b = `the key ${a} is none that S3 knows`;",
      "export const mend = 1;",
    ].join("\n");
    expect(await linesOf("source.ts", source)).toEqual([1, 3, 3, 5]);
  });

  it("lets plain English pass", async () => {
    expect(
      await linesOf("page.md", "There is no lock. Statelock reports each state, and those who hold it.\n"),
    ).toEqual([]);
  });
});
