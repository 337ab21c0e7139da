import { startMotoServer, type MotoServer } from "../machine/moto-server";
import { policyGate, type PolicyGate } from "../policy-gate/policy-gate";
import { ACCOUNT_ID, startStandIn, type StandIn } from "../stand-in/stand-in";
import { temporaryTlsIdentity, type TemporaryTlsIdentity } from "../stand-in/tls-identity";
import { createWorkspace, type Workspace } from "../machine/workspace";
import { REGION } from "./scenario";
import { createTable } from "./stage";

/** moto, the stand-in over TLS with the gate in front, and a place to run Terraform in. */
export interface Lab {
  readonly moto: MotoServer;
  readonly tls: TemporaryTlsIdentity;
  readonly gate: PolicyGate;
  readonly standIn: StandIn;
  /** The same gate and the same moto, over plain HTTP. */
  readonly plain: StandIn;
  readonly workspace: Workspace;
  close(): Promise<void>;
}

export async function openLab(): Promise<Lab> {
  const moto = await startMotoServer();
  const tls = temporaryTlsIdentity();
  const gate = policyGate({ account: ACCOUNT_ID, region: REGION });
  const standIn = await startStandIn({ motoServer: moto, tls, gates: [gate.handler], region: REGION });
  const plain = await startStandIn({ motoServer: moto, gates: [gate.handler], region: REGION });
  const workspace = createWorkspace({ env: standIn.env });
  await createTable(moto.url);
  return {
    ...{ moto, tls, gate, standIn, plain, workspace },
    close: async () => {
      await workspace.remove();
      await Promise.all([standIn.stop(), plain.stop()]);
      await moto.stop();
      tls.remove();
    },
  };
}
