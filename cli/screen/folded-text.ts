/** Returns text in lines of at most `width` characters, broken between words. @param indent of every line but the first */
export function paragraph(text: string, width: number, indent: number): string {
  return folded(text.match(/\s*\S+/g) ?? [], width, indent, "");
}

/** A command as an example, with a remark. */
type Example = readonly [command: string, remark?: string];

/** Returns examples: `$ command`, with its remark beside it, or below it if there is no room. */
export function exampleLines(examples: readonly Example[], width: number): string[] {
  const fits = ([command, remark = ""]: Example): boolean => command.length + remark.length + 6 <= width;
  const beside = examples.filter((example) => example[1] !== undefined && fits(example));
  const column = Math.max(0, ...beside.map(([command]) => command.length));
  return examples.map(([command, remark]) => {
    if (remark === undefined) return commandLine(command, width);
    if (column + remark.length + 6 <= width && fits([command, remark]))
      return `  $ ${command.padEnd(column)}  ${remark}`;
    return `${commandLine(command, width)}\n${paragraph(`      ${remark}`, width, 6)}`;
  });
}

/** Returns a command that a shell reads as one line, however narrow the terminal is. */
function commandLine(command: string, width: number): string {
  return folded(`  $ ${command}`.match(/\s*(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [], width, 6, " \\");
}

function folded(words: readonly string[], width: number, indent: number, end: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && line.length + word.length + end.length > width) {
      lines.push(line + end);
      line = " ".repeat(indent) + word.trimStart();
    } else line += word;
  }
  return [...lines, line].join("\n");
}
