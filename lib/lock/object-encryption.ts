/** How an object is or is to be encrypted, in the words of S3's headers. */
export interface ObjectEncryption {
  readonly algorithm: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * What Terraform asks S3 for with the backend arguments `encrypt` and `kms_key_id`. Undefined: nothing, so that the
 * bucket's default holds; without `encrypt` Terraform ignores the key.
 */
export function backendEncryption(encrypt: boolean, kmsKeyId: string | undefined): ObjectEncryption | undefined {
  if (!encrypt) return undefined;
  return { algorithm: kmsKeyId === undefined ? "AES256" : "aws:kms", kmsKeyId };
}
