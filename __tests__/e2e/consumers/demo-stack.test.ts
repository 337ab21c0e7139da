import { homeProject, type HomeProject } from "../../support/steps/home-project";
import { describeE2e } from "../../support/describe-e2e";
import { requireSuccess } from "../../../lab/machine/require-success";
import { startStandIn, type StandIn } from "../../../lab/stand-in/stand-in";
import { offersProvider } from "../../../lab/machine/terraform-cli-config";

const RANDOM = offersProvider("hashicorp/random");
if (!RANDOM)
  process.stderr.write(
    "\nLEFT OUT: terraform validate of the demo stack, for hashicorp/random cannot be had here.\n\n",
  );

describeE2e("the demo stack", ["terraform", "moto-server"], () => {
  let standIn: StandIn;
  let project: HomeProject;

  beforeAll(async () => {
    standIn = await startStandIn({ region: "eu-central-1" });
    project = homeProject(standIn);
    requireSuccess(await project.run("npm", ["run", "synth"]));
  });

  afterAll(async () => {
    await project.remove();
    await standIn.stop();
  });

  it("is a random name of two words, locked in the state bucket", () => {
    const text = project.read("cdktf.out", "stacks", "demo", "cdk.tf.json") ?? "";
    const stack = JSON.parse(text) as Record<string, Record<string, unknown>>;
    expect(stack["output"]).toMatchObject({ server_name: { value: "${random_pet.server.id}" } });
    expect(stack["resource"]).toMatchObject({ random_pet: { server: { length: 2 } } });
    expect(stack["terraform"]?.["backend"]).toEqual({
      s3: {
        bucket: "acme-tfstate",
        key: "demo/terraform.tfstate",
        region: "eu-central-1",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  it("is valid where its provider can be had, and refused by terraform init elsewhere", async () => {
    const cwd = project.path("cdktf.out", "stacks", "demo");
    const init = await project.terraform(["init", "-backend=false"], { cwd });
    expect(init.code).toBe(RANDOM ? 0 : 1);
    const validate = await project.terraform(["validate"], { cwd });
    expect(validate.code).toBe(RANDOM ? 0 : 1);
  });
});
