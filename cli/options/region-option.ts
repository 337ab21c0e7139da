/** Returns the region that a command works in: the option, then AWS_REGION, then AWS_DEFAULT_REGION. */
export function chosenRegion(option: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  return option ?? [environment["AWS_REGION"], environment["AWS_DEFAULT_REGION"]].find((region) => region);
}
