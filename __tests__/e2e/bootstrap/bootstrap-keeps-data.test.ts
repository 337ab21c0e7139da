import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import { awsClients, type AwsClients } from "../../support/steps/aws-clients";
import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { refusal } from "../../support/steps/json-answer";
import { writtenRequests } from "../../support/steps/written-requests";
import type { ConfigPart } from "../../support/home";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";

const NAME = "kept-tfstate";
const ALIAS = `alias/${NAME}`;
const FULL = { name: NAME, encryption: { type: "created-key" }, accessLogs: {} } as const;

describeE2e("statelock bootstrap, after an edit that drops data", ["terraform", "aws-provider", "moto-server"], () => {
  let standIn: StandIn;
  let aws: AwsClients;
  let home: HomeProject;
  const projects: HomeProject[] = [];

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    aws = awsClients(standIn);
    home = homeProject(standIn, { config: { bucket: FULL } });
    projects.push(home);
    await home.attachProvider();
    requireSuccess(await home.bootstrap(["--yes"]));
  });

  afterAll(async () => {
    await Promise.all(projects.map((project) => project.remove()));
    aws.close();
    await standIn.stop();
  });

  /** A copy of the deployed checkout with another config. */
  async function edited(bucket: ConfigPart["bucket"]): Promise<HomeProject> {
    const project = homeProject(standIn, { from: home, config: { bucket: { name: NAME, ...bucket } } });
    projects.push(project);
    await project.attachProvider();
    return project;
  }

  const keyState = async (): Promise<string | undefined> =>
    (await aws.kms.send(new DescribeKeyCommand({ KeyId: ALIAS }))).KeyMetadata?.KeyState;

  it("refuses to delete the key and the log bucket, in a dry run too", async () => {
    const project = await edited({});
    const codes = ["destroys-data", "destroys-data", "destroys-data"];
    for (const flag of ["--dry-run", "--yes"]) {
      expect(refusal(await project.bootstrap([flag, "--json"]))).toEqual([1, ...codes]);
    }
    expect(writtenRequests(project.requests()).filter((request) => !request.includes(".tflock"))).toEqual([]);
    expect(await keyState()).toBe("Enabled");
    await aws.s3.send(new HeadBucketCommand({ Bucket: `${NAME}-logs` }));
  });
});
