/** What a state home and the test of the stand-in use. Terraform refuses any other type: "does not support resource type". */
const SERVICES = /^aws_((s3|iam|kms|dynamodb)_|caller_identity$)/;

/** Fields of tfplugin5.GetProviderSchema.Response that are maps by type: resources, data sources, ephemeral resources. */
const BY_TYPE = [2, 3, 8];

/**
 * Returns a provider's schema, a gRPC message with its prefix, with the types of {@link SERVICES} alone.
 * Source: https://github.com/hashicorp/terraform/blob/v1.11.4/docs/plugin-protocol/tfplugin5.8.proto
 */
export function trimmedSchema(framed: Buffer): Buffer {
  const message = framed.subarray(5);
  const kept: Buffer[] = [];
  for (let at = 0; at < message.length;) {
    const tag = varint(message, at);
    const length = varint(message, tag.end);
    const end = length.end + length.value;
    if ((tag.value & 7) !== 2) throw new Error(`Field ${String(tag.value >> 3)} of the schema is no message`);
    if (!BY_TYPE.includes(tag.value >> 3) || SERVICES.test(keyOf(message.subarray(length.end, end))))
      kept.push(message.subarray(at, end));
    at = end;
  }
  return grpcMessage(Buffer.concat(kept));
}

/** An entry of a map begins with its key: field 1. */
function keyOf(entry: Buffer): string {
  const length = varint(entry, 1);
  return entry.toString("utf8", length.end, length.end + length.value);
}

function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, factor = 1; ; at += 1, factor *= 128) {
    const byte = bytes.readUInt8(at);
    value += (byte & 127) * factor;
    if (byte < 128) return { value, end: at + 1 };
  }
}

/** Puts gRPC's prefix in front of a message: not compressed, and its length. */
function grpcMessage(message: Buffer): Buffer {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
