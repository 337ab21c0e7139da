/** What an answer of a store says about its cause. */
interface StoreAnswer {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  /** The region that the store names. */
  readonly region: string | undefined;
}

/** A cause that no retry and no permission changes, and the next step. */
interface Cause {
  readonly isIt: (answer: StoreAnswer) => boolean;
  readonly fix: string;
}

const CHECKSUMS =
  /^(XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch|BadDigest|InvalidDigest|InvalidChecksum|MissingContentMD5|InvalidTrailer)$/;

const CAUSES: readonly Cause[] = [
  {
    isIt: ({ name }) => /^Request(TimeTooSkewed|Expired|InTheFuture)$/.test(name),
    fix: "The clock of this machine differs from the store's. Set it (NTP), then run the command again.",
  },
  {
    // A store words it in its own way, and says which header it does not know.
    isIt: ({ name, message, status }) =>
      CHECKSUMS.test(name) ||
      ((status === 400 || status === 501) && /checksum|x-amz-trailer|aws-chunked/i.test(message)),
    fix: "This store does not take the checksums of newer SDKs. Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required and AWS_RESPONSE_CHECKSUM_VALIDATION=when_required; a backend there needs skip_s3_checksum = true.",
  },
  {
    isIt: ({ name, status, region }) =>
      [301, 307, 308].includes(status ?? 0) ||
      /^(AuthorizationHeaderMalformed|IllegalLocationConstraintException|InvalidRegion)$/.test(name) ||
      (status === 400 && region !== undefined),
    fix: "The bucket is in another region, or at another endpoint. Correct --region, AWS_REGION or bucket.region, or the endpoint.",
  },
];

/** Returns the next step for an answer with a cause of its own. Undefined for any other answer. */
export function causeOf(answer: StoreAnswer): string | undefined {
  return CAUSES.find(({ isIt }) => isIt(answer))?.fix;
}
