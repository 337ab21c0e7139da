/** The encryption of an object, in the words of S3's headers. */
export interface ObjectEncryption {
  readonly algorithm: string;
  readonly kmsKeyId: string | undefined;
}

/**
 * Returns the encryption that Terraform asks S3 for with `encrypt` and `kms_key_id`. Undefined: Terraform asks for nothing,
 * and the bucket's default applies. Without `encrypt` Terraform ignores the key.
 */
export function backendEncryption(encrypt: boolean, kmsKeyId: string | undefined): ObjectEncryption | undefined {
  if (!encrypt) return undefined;
  return { algorithm: kmsKeyId === undefined ? "AES256" : "aws:kms", kmsKeyId };
}
