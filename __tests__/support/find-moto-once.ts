import { findMotoServer } from "../../lab/machine/moto-install";

/** Run by jest before its workers start: finding moto takes a Python of its own, which each file would pay for. */
export default function findMotoOnce(): void {
  const server = findMotoServer();
  if (server !== undefined) process.env["STATELOCK_MOTO_SERVER"] = server;
}
