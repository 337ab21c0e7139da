import { UserError } from "../problem/problem";
import { unreadableBecause, type Reading } from "../verify/posture";
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

/** Returns what `read` returns. A refusal is a reading too. */
export async function readingOf<T>(read: () => Promise<T | undefined>): Promise<Reading<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    const [problem] = error instanceof UserError ? error.problems : [];
    if (problem === undefined) throw error;
    return unreadableBecause(problem);
  }
}
