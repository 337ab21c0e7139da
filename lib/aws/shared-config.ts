import { readFileSync } from "node:fs";
import { awsConfigFiles } from "./aws-config-files";

/** Settings of one section, by name; a setting below another is `outer.inner`. */
type Section = ReadonlyMap<string, string>;

/** Sections by header: `default`, `profile prod`, `services mine`. */
type Sections = ReadonlyMap<string, Section>;

const NOTHING: Section = new Map();

/**
 * Returns what the AWS config file sets for a profile. The credentials file sets it too, and the config file wins, as in the SDK
 * and in the engines. A file that cannot be read sets nothing: the SDK then names its own problem.
 * @param profile the one to use. @default - AWS_PROFILE, otherwise the default one
 */
export function profileSettings(environment: NodeJS.ProcessEnv, profile = environment["AWS_PROFILE"] ?? ""): Section {
  const { config, credentials } = awsConfigFiles(environment);
  const name = profile === "" ? "default" : profile;
  const [inConfig, inCredentials] = [sectionsOf(config), sectionsOf(credentials)];
  const headers = name === "default" ? ["default", "profile default"] : [`profile ${name}`];
  return new Map([
    ...(inCredentials.get(name) ?? NOTHING),
    ...headers.flatMap((header) => [...(inConfig.get(header) ?? NOTHING)]),
  ]);
}

/** Returns the endpoints of services that a section `[services NAME]` of the AWS config file sets. */
export function servicesSettings(environment: NodeJS.ProcessEnv, name: string): Section {
  return sectionsOf(awsConfigFiles(environment).config).get(`services ${name}`) ?? NOTHING;
}

function sectionsOf(file: string): Sections {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return new Map();
  }
  const sections = new Map<string, Map<string, string>>();
  let [section, outer] = [new Map<string, string>(), ""];
  for (const line of text.split(/\r?\n/)) {
    const header = /^\s*\[\s*([^\]]*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, " ").replace(/["']/g, "");
    const [, indent = "", name = "", value = ""] = /^(\s*)([^\s=#;[][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined) {
      section = sections.get(header) ?? new Map<string, string>();
      sections.set(header, section);
    } else if (name !== "") {
      section.set(indent === "" ? name : `${outer}.${name}`, value);
      if (indent === "") outer = name;
    }
  }
  return sections;
}
