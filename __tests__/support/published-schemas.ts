import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { JSON_SCHEMAS, schemaFile } from "../../cli/json-schemas";

export const SCHEMA_FOLDER = join(__dirname, "..", "..", "schemas");

/** Times are held to the pattern that stands beside the format. */
const AJV = new Ajv2020({
  strict: true,
  strictRequired: false,
  formats: { "date-time": true },
  code: { optimize: false },
});
const validators = new Map<string, ValidateFunction>();

/** A document that a command printed, after it was found to be what its published schema and its own code say. */
export function validJson(text: string): unknown {
  const document: unknown = JSON.parse(text);
  const { command, event } = document as { readonly command?: string; readonly event?: string };
  const name =
    command ?? (event === undefined ? "problems" : event.startsWith("lock-") ? "release audit" : "restore audit");
  const validate = validatorOf(name);
  if (!validate(document)) throw new Error(`${schemaFile(name)}: ${JSON.stringify(validate.errors)}`);
  JSON_SCHEMAS[name]?.parse(document);
  return document;
}

/** What holds a document to a published schema. */
export function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name);
  if (known !== undefined) return known;
  const schema = JSON.parse(readFileSync(join(SCHEMA_FOLDER, schemaFile(name)), "utf8")) as object;
  const validate = AJV.compile(schema);
  validators.set(name, validate);
  return validate;
}
