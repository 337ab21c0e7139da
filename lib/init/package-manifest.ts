import { PROJECT_PACKAGES, type ProjectVersions } from "./project-texts";

/** What Statelock reads of a package.json. */
interface Manifest {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Returns true if the package.json has no package except Statelock, as after `npm install statelock` in an empty folder. */
export function hasOnlyStatelock(text: string): boolean {
  const manifest = parsed(text);
  if (manifest === undefined || manifest.type === "module") return false;
  return packagesOf(manifest).every((name) => name === "statelock");
}

/** The packages of an app that a home can join. */
const APP_PACKAGES = ["cdktf", "constructs", "@cdktf/provider-aws"];

/** Returns the packages that an app with Statelock needs, and that the package.json does not name. */
export function missingPackages(text: string, { packages }: Pick<ProjectVersions, "packages">): string[] {
  const named = packagesOf(parsed(text) ?? {});
  const isMissing = (name: string): boolean => !named.includes(name);
  const app = APP_PACKAGES.filter(isMissing).map((name) => `${name}@${packages[name] ?? "latest"}`);
  return isMissing("statelock") ? ["statelock", ...app] : app;
}

/**
 * Returns the package.json of a new CDKTF project.
 * @param present the package.json that is there already; its own fields, scripts and version of Statelock stay
 */
export function packageJson(name: string, { statelock, packages }: ProjectVersions, present = "{}"): string {
  const { scripts = {}, dependencies, devDependencies, ...own } = parsed(present) ?? {};
  const development = Object.fromEntries(PROJECT_PACKAGES.map((one) => [one, packages[one] ?? "*"]));
  const project = {
    name,
    private: true,
    ...own,
    scripts: { synth: "statelock synth", types: "tsc", test: "jest", ...withoutPlaceholder(scripts) },
    ...(dependencies === undefined ? {} : { dependencies }),
    devDependencies: {
      ...development,
      ...(dependencies?.["statelock"] === undefined ? { statelock } : {}),
      ...devDependencies,
    },
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}

function parsed(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function packagesOf({ dependencies = {}, devDependencies = {} }: Manifest): string[] {
  return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
}

/** `npm init` writes a script `test` that always fails. */
function withoutPlaceholder({ test, ...others }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return test === undefined || test.includes("no test specified") ? others : { test, ...others };
}
