import { awsConfigFiles } from "../../../lib/aws/aws-config-files";
import { withoutPassword } from "../../../lib/aws/proxy-failure";
import type { LiveDefaults } from "../../../lib/migrate/live/live-target";
import type { Scan } from "../../../lib/migrate/scan/scan";
import { fewText } from "../../../lib/text/few";
import { grouped } from "../../../lib/text/grouped";
import { plainText } from "../../../lib/text/plain-text";
import type { CommandContext } from "../../screen/command-context";
import { scanTargets } from "./migrate-live-access";

/**
 * With --as-backend, shows the settings of the roots that the run is about to use, before its first request: whose account a
 * request reaches is then known before it leaves.
 */
export function noteOwnSettings(
  context: CommandContext,
  { configurations }: Pick<Scan, "configurations">,
  defaults: LiveDefaults,
  roots?: readonly string[],
): void {
  if (defaults.identity?.asBackend !== true) return;
  const asked = configurations.filter(({ root }) => roots?.includes(root) ?? true);
  const { targets } = scanTargets({ configurations: asked }, defaults);
  const groups = grouped(targets, ({ access = {} }) => settingsText(access, context.environment));
  for (const [settings, ofRoots] of groups) {
    if (settings === "") continue;
    const of = fewText([...new Set(ofRoots.map(({ root }) => root))], 5);
    context.terminal.note(`--as-backend: asks as ${plainText(of, 1_024)} with ${plainText(settings, 1_024)}`);
  }
}

type Access = NonNullable<ReturnType<typeof scanTargets>["targets"][number]["access"]>;

function settingsText(
  { profile, roleArn, endpointUrl, tableEndpointUrl, network = {} }: Access,
  environment: NodeJS.ProcessEnv,
): string {
  const { config, credentials } = awsConfigFiles(environment);
  return [
    ...(profile === undefined ? [] : [`profile ${profile} of ${config} and ${credentials}`]),
    ...(roleArn === undefined ? [] : [`role ${roleArn}`]),
    ...(endpointUrl === undefined ? [] : [`S3 endpoint ${endpointUrl}`]),
    ...(tableEndpointUrl === undefined ? [] : [`DynamoDB endpoint ${tableEndpointUrl}`]),
    ...Object.entries(network).map(([name, value]) => `${name} ${value === "" ? '""' : withoutPassword(value)}`),
  ].join(", ");
}
