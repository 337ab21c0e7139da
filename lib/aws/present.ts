import { awsError, statusOf } from "./aws-problem";

/** Returns what `read` finds; undefined if AWS says that it does not exist. @throws UserError for every other failure */
export async function present<T>(
  resource: string,
  action: string,
  read: () => Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (statusOf(error) === 404 || (error instanceof Error && /NotFound|NoSuchEntity/.test(error.name)))
      return undefined;
    throw awsError(error, action, resource);
  }
}
