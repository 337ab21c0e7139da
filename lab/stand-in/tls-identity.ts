import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TlsIdentity } from "../requests/listener";

export interface TemporaryTlsIdentity extends TlsIdentity {
  remove(): void;
}

/** A self-signed certificate for 127.0.0.1, good for a day. Needs the openssl command. @param host as the certificate names it */
export function temporaryTlsIdentity(host = "IP:127.0.0.1"): TemporaryTlsIdentity {
  const directory = mkdtempSync(join(tmpdir(), "statelock-tls-"));
  const [keyFile, certFile] = [join(directory, "key.pem"), join(directory, "cert.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"];
  const name = ["-subj", "/CN=statelock stand-in", "-addext", `subjectAltName=${host}`];
  const args = ["req", "-x509", ...kind, ...name, "-keyout", keyFile, "-out", certFile];
  const made = spawnSync("openssl", args, { encoding: "utf8", timeout: 180_000 });
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.error?.message ?? made.stderr}`);
  return {
    key: readFileSync(keyFile, "utf8"),
    cert: readFileSync(certFile, "utf8"),
    certFile,
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
